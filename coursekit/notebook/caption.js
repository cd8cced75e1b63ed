// The words beneath a picture: the answer large, the sentence, how far a training is, or what went wrong. The eye sees
// every step; a screen reader hears the words once, when they rest.

const REST = 600; // milliseconds

export default {
  render({ model, el }) {
    el.classList.add("coursekit-caption");
    el.style.cssText = "min-height:6.5em;max-width:1000px;color:var(--jp-content-font-color1,inherit)";
    const make = (tag, style) => {
      const element = document.createElement(tag);
      element.style.cssText = style;
      el.append(element);
      return element;
    };
    const progress = make("progress", "width:100%;height:6px;display:block");
    progress.setAttribute("aria-label", "progress of the training");
    const answer = make("div", "font-size:1.6em;font-weight:600;line-height:1.3");
    const sentence = make("div", "line-height:1.5");
    const error = make("div", "line-height:1.5;border-left:4px solid #b00020;padding-left:.6em");
    const spoken = make("div", "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)");
    spoken.setAttribute("role", "status");
    spoken.setAttribute("aria-live", "polite");

    let timer;
    const show = () => {
      answer.textContent = model.get("answer");
      sentence.textContent = model.get("sentence");
      error.textContent = model.get("error");
      error.hidden = !model.get("error");
      progress.value = model.get("progress");
      progress.style.visibility = model.get("progress") < 1 ? "visible" : "hidden"; // keeps its place: nothing jumps
      clearTimeout(timer);
      timer = setTimeout(() => {
        spoken.textContent = model.get("error") || `${model.get("answer")}. ${model.get("sentence")}`;
      }, REST);
    };
    model.on("change", show);
    show();
    return () => {
      model.off("change", show);
      clearTimeout(timer);
    };
  },
};
