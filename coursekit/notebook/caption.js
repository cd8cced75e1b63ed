// The words beneath a picture: the answer large, the sentence, how far a training is, or what went wrong. The eye sees
// every step; a screen reader hears the words once, when they rest.

const REST = 600; // milliseconds

export default {
  render({ model, el }) {
    el.classList.add("coursekit-caption");
    const make = (parent, tag, style) => {
      const element = document.createElement(tag);
      element.style.cssText = style;
      parent.append(element);
      return element;
    };
    const color = "color:var(--jp-content-font-color1,inherit)";
    const all = make(el, "div", `position:relative;min-height:6em;max-width:1000px;${color}`);
    const progress = make(all, "progress", "width:100%;height:6px;display:block");
    progress.setAttribute("aria-label", "progress of the training");
    const answer = make(all, "div", "font-size:1.6em;font-weight:600;line-height:1.3");
    const sentence = make(all, "div", "line-height:1.5");
    const error = make(all, "div", "line-height:1.5;border-left:4px solid #b00020;padding-left:.6em");
    const spoken = make(all, "div", "position:absolute;top:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)");
    spoken.setAttribute("role", "status");

    let timer;
    const show = () => {
      all.style.minHeight = `max(6em, ${all.getBoundingClientRect().height}px)`; // fewer words leave their place free
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
