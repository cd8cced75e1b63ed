// An explorer on a page: its controls, its picture and its words, played from a recording.

import { giveAccess } from "./access.js";
import { Found } from "./found.js";
import { knobFor } from "./knobs.js";
import { make } from "./make.js";
import { followMarks } from "./marks.js";
import { keep, recall } from "./memory.js";
import { Stage } from "./player.js";
import { news } from "./recording.js";
import { Training } from "./training.js";
import { Words } from "./words.js";

const REST = 1000; // milliseconds without a move after which the next one leaves a ghost, as in the notebook

// Which states of the recording belong to where the controls stand.
class Settings {
  constructor({ controls, settings, runs, states }) {
    this.sizes = controls.map(({ stops }) => stops.length);
    this.settings = settings;
    this.count = settings?.length ?? states;
    if (!settings) return;
    this.numbers = new Map(settings.map((setting, i) => [setting.join(), i]));
    let sum = 0;
    this.ranges = runs.map((length) => [sum, (sum += length)]);
  }

  // From which state, to which; null where this setting was not recorded.
  range(stops) {
    if (this.settings) return this.ranges[this.numbers.get(stops.join())] ?? null;
    const state = stops.reduce((number, stop, i) => number * this.sizes[i] + stop, 0);
    return [state, state + 1];
  }

  // The recorded setting with one control where it was put in which the fewest others have to move, by the least.
  nearest(stops, kept) {
    const apart = (setting) => stops.reduce((sum, stop, i) => sum + (stop !== setting[i]) * 1000 + Math.abs(stop - setting[i]), 0);
    const there = this.settings.filter((setting) => setting[kept] === stops[kept]);
    return there.reduce((best, setting) => (apart(setting) < apart(best) ? setting : best));
  }
}

export class Explorer {
  constructor(element, recording) {
    const { controls, size, columns, states, letters, still } = recording;
    Object.assign(this, { element, recording, shown: [], last: performance.now() });
    this.settings = new Settings(recording);
    this.knobs = controls.map((control, i) => knobFor(control, () => this.moved(i)));
    const [box, place, words] = [".controls", ".picture", ".words"].map((name) => element.querySelector(name));
    box.replaceChildren(...this.knobs.map((knob) => knob.element));
    this.note = make("p", { className: "note", role: "status" });
    const reset = make("button", { type: "button", textContent: "Reset" });
    reset.addEventListener("click", () => this.reset());
    const buttons = make("div", { className: "coursekit-buttons" }, reset);
    if (recording.runs?.some((length) => length > 1)) {
      this.training = new Training((step) => this.show({ step }), "waits" in element.dataset);
      box.append(this.training.timeline);
      buttons.prepend(this.training.button);
    }
    box.append(this.note, buttons);
    const [width, height] = size;
    const stored = [...place.children];
    this.stage = new Stage(place, { width, height, columns });
    this.stage.canvas.style.display = "none";
    words.replaceChildren();
    this.words = new Words(words.appendChild(make("div")), width);
    this.watchTask(words.appendChild(make("div")));
    this.stage.show({ still }, letters);
    const kind = this.training ? `${this.settings.count} trainings` : `${states.toLocaleString("en")} settings`;
    element.querySelector(".recorded p").textContent = `Recorded at ${kind}. In the notebook every control goes everywhere.`;
    this.settle();
    const { signal } = new AbortController();
    giveAccess(element, element.dataset.label, signal);
    if (recording.marks.length) followMarks(this.stage, place, this.asModels(), signal);
    this.coming.then(() => { // an image in it takes a moment: until then the stored picture stands there
      for (const each of stored) each.remove();
      this.stage.canvas.style.display = "block";
      this.stage.draw();
      element.dataset.live = "true";
    });
  }

  // What marks.js asks a panel's state for, and sets, by the number of a control.
  asModels() {
    const marks = this.recording.marks.map((mark) => ({ ...mark, model: mark.control, attribute: "value" }));
    const model = (i) => ({
      get: () => this.knobs[i].index,
      set: (_, stop) => this.knobs[i].set(stop),
      save_changes: () => this.moved(i),
    });
    return { get: () => marks, widget_manager: { get_model: async (i) => model(i) } };
  }

  // The parts of the task that were found, here or on an earlier visit.
  watchTask(place) {
    const { explorer, parts } = this.element.dataset;
    this.parts = JSON.parse(parts);
    this.seen = (recall().tasks?.[explorer] ?? []).filter((i) => this.parts[i]);
    const state = { found: () => this.seen.map((i) => this.parts[i]), n_parts: () => this.parts.length, size: () => this.recording.size };
    this.found = new Found(place, { get: (name) => state[name]() });
  }

  find(state) {
    const bits = this.recording.found(state);
    const fresh = this.parts.map((_, i) => i).filter((i) => (bits >> i) & 1 && !this.seen.includes(i));
    if (!fresh.length) return;
    this.seen = [...this.seen, ...fresh].sort((a, b) => a - b);
    keep("tasks", this.element.dataset.explorer, this.seen);
    this.found.follow();
  }

  get stops() {
    return this.knobs.map((knob) => knob.index);
  }

  // A hand moved a control: others follow where the two were not recorded together.
  moved(number) {
    const before = this.stops;
    this.note.textContent = "";
    if (!this.settings.range(before)) {
      const setting = this.settings.nearest(before, number);
      const changed = this.knobs.filter((knob, i) => setting[i] !== before[i] && (knob.set(setting[i]), true));
      const { controls } = this.recording;
      const names = changed.map((knob) => controls[this.knobs.indexOf(knob)].label).join(", ");
      this.note.textContent = `Not recorded together: ${names} moved as well. In the notebook nothing else moves.`;
    }
    const now = performance.now();
    if (now - this.last > REST) this.leaveGhost();
    this.last = now;
    if (this.training) this.training.begin(this.length);
    else this.show();
  }

  get length() {
    const [from, to] = this.settings.range(this.stops);
    return to - from;
  }

  // Show where the controls stand; of a training its end.
  settle() {
    this.training?.settle(this.length);
    if (!this.training) this.show();
  }

  show({ step = this.length - 1 } = {}) {
    const [from, to] = this.settings.range(this.stops);
    const state = from + step;
    this.coming = this.stage.show(news(this.recording, state, this.shown));
    const [answer, sentence] = this.recording.says(state);
    this.words.show({ answer, sentence, error: "", progress: (step + 1) / (to - from) });
    this.stage.canvas.setAttribute("aria-label", `${answer}. ${sentence}`);
    this.find(state);
  }

  leaveGhost() {
    const { ghosts, strokes } = this.recording;
    this.stage.show({ ghost: ghosts.flatMap((track) => strokes(track, this.shown[track])) });
  }

  reset() {
    this.recording.controls.forEach(({ start }, i) => this.knobs[i].set(start));
    this.note.textContent = "";
    this.stage.show({ ghost: [] });
    this.last = performance.now();
    this.settle();
  }
}
