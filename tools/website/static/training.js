// A training that was recorded as it ran: how far it has come, and a button to watch it.

import { make } from "./make.js";

const WHOLE = 6000; // milliseconds
const [QUICKEST, SLOWEST] = [60, 400]; // for a step

export class Training {
  constructor(show, waits) {
    Object.assign(this, { show, waits, length: 1 });
    this.range = make("input", { type: "range", min: 0, step: 1, ariaLabel: "training so far" });
    const label = make("span", { className: "widget-label", textContent: "training so far" });
    this.said = make("span");
    this.timeline = make("div", { className: "plain-control timeline" }, label, this.range, this.said);
    this.button = make("button", { type: "button", textContent: "Start" });
    this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    this.range.addEventListener("input", () => this.look(this.range.valueAsNumber));
  }

  look(step) {
    this.pause();
    this.go(step);
  }

  // A control was moved: train anew at once or, where the notebook waits for Start, show what there is before.
  begin(length) {
    this.fit(length);
    this.look(0);
    if (!this.waits) this.play();
  }

  settle(length) {
    this.fit(length);
    this.look(length - 1);
  }

  fit(length) {
    this.length = length;
    this.range.max = length - 1;
  }

  go(step) {
    this.range.value = step;
    this.said.textContent = `${step} of ${this.length - 1}`;
    this.range.setAttribute("aria-valuetext", this.said.textContent);
    this.show(step);
  }

  play() {
    if (this.range.valueAsNumber >= this.length - 1) this.go(0);
    this.button.textContent = "Pause";
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      const step = this.range.valueAsNumber + 1;
      if (step >= this.length - 1) this.pause();
      this.go(Math.min(step, this.length - 1));
    }, Math.max(QUICKEST, Math.min(SLOWEST, WHOLE / this.length)));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "Start";
  }
}
