// One view for a whole panel: the picture, the words beneath it, and access to the controls around it. What it shows
// stands in a plain model of ipywidgets, so that no message waits for this module.

import { Stage } from "./player.js";
import { Words } from "./words.js";
import { Found } from "./found.js";
import { fitScreen } from "./layout.js";
import { Status } from "./status.js";
import { followMarks } from "./marks.js";
import { Sheet } from "./pen.js";
import { giveAccess } from "./access.js";

const REFERENCE = "IPY_MODEL_"; // stands before the name of a model
const PATIENCE = 5000; // milliseconds

// A slider's move waits until the kernel has answered the one before, a click does not: held back until the kernel has
// heard where the sliders stand, a click on Start can't overtake the move that it is for, and no move undoes a Reset.
// So does what is drawn: its last points would come back on a sheet that is cleared before them.
async function keepOrder(group, state, sheet, signal) {
  const names = Object.keys(state.get("heard"));
  const sliders = await Promise.all(names.map((name) => state.widget_manager.get_model(name)));
  const isBehind = () =>
    sheet?.isBehind() || sliders.some((slider, i) => slider.get("value") !== state.get("heard")[names[i]]);
  let free = null;
  const hold = (event) => {
    const button = event.target.closest(".coursekit-steering button, .coursekit-clear, .coursekit-reset");
    if (!button || button === free || !isBehind()) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const end = performance.now() + PATIENCE;
    const wait = () => {
      if (isBehind() && performance.now() < end) return setTimeout(wait, 10);
      free = button;
      button.click();
      free = null;
    };
    wait();
  };
  group.addEventListener("click", hold, { capture: true, signal });
}

class View {
  constructor(el, state, signal) {
    const [width, height] = state.get("size");
    const picture = document.createElement("figure");
    picture.style.margin = 0;
    this.state = state;
    this.seen = {};
    this.words = new Words(el.appendChild(document.createElement("div")), width);
    this.words.answer.after(picture); // the headline above its picture
    this.stage = new Stage(picture, { width, height, columns: state.get("columns") });
    this.stage.canvas.className = "coursekit-picture";
    if (state.get("n_parts")) this.found = new Found(el.appendChild(document.createElement("div")), state);
    const sheet = state.get("pen").box ? new Sheet(this.stage, state, signal) : null;
    if (state.get("marks").length) followMarks(this.stage, picture, state, signal);
    keepOrder(el.closest(".coursekit-group"), state, sheet, signal);
    const follow = () => this.follow();
    state.on("change", follow);
    signal.addEventListener("abort", () => {
      state.off("change", follow);
      this.stage.close();
      this.words.close();
    });
    this.follow();
    this.stage.draw(); // at once: no frame without a picture
    const group = el.closest(".coursekit-group");
    fitScreen(group, picture, [width, height], signal);
    new Status(group, picture, state, signal);
  }

  isNew(name) {
    const now = this.state.get(name);
    const changed = now !== this.seen[name];
    this.seen[name] = now;
    return changed;
  }

  follow() {
    const { state } = this;
    const [answer, sentence, error, progress] = ["answer", "sentence", "error", "progress"].map((name) => state.get(name));
    const parts = {};
    for (let i = 0; i < state.get("n_moving"); i += 1) {
      if (this.isNew(`moving_${i}`)) parts[i] = JSON.parse(state.get(`moving_${i}`));
    }
    for (const name of ["still", "ghost"]) if (this.isNew(name)) parts[name] = JSON.parse(state.get(name));
    const letters = this.isNew("alphabet") ? JSON.parse(state.get("alphabet")) : null;
    if (letters || Object.keys(parts).length) this.stage.show(parts, letters);
    this.stage.canvas.setAttribute("aria-label", `${answer}. ${sentence}`);
    const said = JSON.stringify([answer, sentence, error, progress]);
    if (said !== this.said) this.words.show({ answer, sentence, error, progress });
    this.said = said;
    this.found?.follow();
  }
}

export function render({ model, el }) {
  const stop = new AbortController();
  const begin = async () => {
    if (stop.signal.aborted) return;
    const group = el.closest(".coursekit-group");
    if (!group?.isConnected) return requestAnimationFrame(begin);
    const state = await model.widget_manager.get_model(model.get("state").slice(REFERENCE.length));
    if (stop.signal.aborted) return;
    giveAccess(group, state.get("label"), stop.signal);
    if (state.get("size")?.length) new View(el, state, stop.signal);
  };
  begin();
  return () => stop.abort();
}
