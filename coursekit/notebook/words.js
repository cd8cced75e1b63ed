// The words of a picture: the answer large, the sentence, how far a training is, or what went wrong. The eye sees every
// step; a screen reader hears the words once, when they rest. A picture may stand below the answer.

const REST = 600; // milliseconds

export class Words {
  constructor(place, width) {
    place.classList.add("coursekit-caption");
    const make = (parent, tag, style) => {
      const element = document.createElement(tag);
      element.style.cssText = style;
      parent.append(element);
      return element;
    };
    const color = "color:var(--jp-content-font-color1,inherit)";
    this.all = make(place, "div", `position:relative;max-width:${width}px;${color}`);
    this.progress = make(this.all, "progress", "width:100%;height:6px;display:block");
    this.progress.setAttribute("aria-label", "progress of the training");
    this.answer = make(this.all, "div", "font-size:1.4em;font-weight:600;line-height:1.3");
    this.sentence = make(this.all, "div", "line-height:1.5;min-height:3em");
    this.error = make(this.all, "div", "line-height:1.5;border-left:4px solid #b00020;padding-left:.6em");
    this.spoken = make(this.all, "div", "position:absolute;top:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)");
    this.spoken.setAttribute("role", "status");
  }

  show({ answer, sentence, error, progress }) {
    for (const words of [this.answer, this.sentence]) {
      words.style.minHeight = `max(${words === this.answer ? 1.3 : 3}em, ${words.getBoundingClientRect().height}px)`; // fewer leave their place free
    }
    this.answer.textContent = answer;
    this.sentence.textContent = sentence;
    this.error.textContent = error;
    this.error.hidden = !error;
    this.progress.value = progress;
    this.progress.style.visibility = progress < 1 ? "visible" : "hidden"; // keeps its place: nothing jumps
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.spoken.textContent = error || `${answer}. ${sentence}`;
    }, REST);
  }

  close() {
    clearTimeout(this.timer);
  }
}
