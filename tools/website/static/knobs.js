// The controls of an explorer. Each has an `element` for the page, the `index` of the stop where it stands, and
// `set(index)`; it calls `moved` after each move of a hand. Their markup is the one that access.js names.

import { make } from "./make.js";

const TICK = 150; // milliseconds between two steps of a play button

const frame = (kind, label, ...children) =>
  make("div", { className: kind }, make("span", { className: "widget-label", textContent: label }), ...children);

function nearest(stops, value) {
  const far = stops.map((stop) => Math.abs(stop - value));
  return far.indexOf(Math.min(...far));
}

function slider({ label, stops, start, plays }, moved) {
  const range = make("input", { type: "range", min: 0, max: stops.length - 1, step: 1, value: start, ariaLabel: label });
  const box = make("input", { type: "text", autocomplete: "off" });
  const note = make("span", { className: "note", role: "status" });
  const element = frame("coursekit-control", label, range, box);
  const show = () => {
    box.value = stops[range.valueAsNumber];
    range.setAttribute("aria-valuetext", box.value);
    note.textContent = "";
  };
  range.addEventListener("input", () => {
    show();
    moved();
  });
  box.addEventListener("change", () => {
    const text = box.value.trim();
    const typed = Number(text.replace(",", ".").replace("\u2212", "-") || NaN);
    const isIn = typed >= stops[0] && typed <= stops.at(-1);
    if (isIn) range.value = nearest(stops, typed);
    show();
    if (!isIn) note.textContent = `\u201c${text}\u201d: write a number from ${stops[0]} to ${stops.at(-1)}.`;
    else if (typed !== Number(box.value)) note.textContent = `${typed} is not recorded; ${box.value} is next to it.`;
    if (isIn) moved();
  });
  const knob = { element, get index() { return range.valueAsNumber; }, set(index) { range.value = index; show(); } }; // prettier-ignore
  if (plays) element.append(player(range, () => { show(); moved(); })); // prettier-ignore
  element.append(note);
  show();
  return knob;
}

function player(range, moved) {
  const icon = make("i", { className: "fa-play" });
  const button = make("button", { type: "button" }, icon);
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    icon.className = "fa-play";
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (range.value === range.max) range.value = 0;
    icon.className = "fa-pause";
    timer = setInterval(() => {
      if (range.value === range.max || !range.isConnected) return stop();
      range.value = range.valueAsNumber + 1;
      moved();
    }, TICK);
  });
  range.addEventListener("pointerdown", stop);
  return button;
}

function choice({ label, stops, start }, moved) {
  const select = make("select", { ariaLabel: label }, ...stops.map((stop) => make("option", { textContent: stop })));
  select.selectedIndex = start;
  select.addEventListener("change", moved);
  return { element: frame("plain-control", label, select), get index() { return select.selectedIndex; }, set(index) { select.selectedIndex = index; } }; // prettier-ignore
}

function checkbox({ label, stops, start }, moved) {
  const input = make("input", { type: "checkbox", checked: stops[start], ariaLabel: label });
  input.addEventListener("change", moved);
  return { element: frame("plain-control", label, input), get index() { return stops.indexOf(input.checked); }, set(index) { input.checked = stops[index]; } }; // prettier-ignore
}

// Buttons for what can be done; what was recorded of a game are all its first moves, and a round to its end.
function moves({ label, stops, options }, moved) {
  const places = new Map(stops.map((done, index) => [done.join(), index]));
  const note = make("span", { className: "note", role: "status" });
  let done = [];
  const undo = make("button", { type: "button", textContent: "Undo" });
  const buttons = options.map((option) => make("button", { type: "button", textContent: option }));
  const fit = () => {
    const open = options.filter((_, i) => places.has([...done, i].join()));
    buttons.forEach((button, i) => (button.disabled = !places.has([...done, i].join())));
    undo.disabled = !done.length;
    if (open.length === options.length) note.textContent = "";
    else if (open.length === 1) note.textContent = `Recorded from here on: ${open[0]}. In the notebook you may do anything.`;
    else note.textContent = open.length ? "" : "The recording ends here. In the notebook the game goes on.";
  };
  const take = (next) => {
    done = next;
    fit();
    moved();
  };
  buttons.forEach((button, i) => button.addEventListener("click", () => take([...done, i])));
  undo.addEventListener("click", () => take(done.slice(0, -1)));
  const row = make("div", { className: "coursekit-buttons coursekit-moves" }, make("span", { className: "coursekit-label", textContent: label }), ...buttons, undo, note);
  fit();
  return { element: row, get index() { return places.get(done.join()); }, set(index) { done = stops[index]; fit(); } }; // prettier-ignore
}

// What a hand draws can't have been recorded.
function drawing({ label }) {
  const element = make("p", { className: "note", textContent: `To draw with the pointer (${label}), open the notebook.` });
  return { element, index: 0, set() {} };
}

const KINDS = { slider, choice, checkbox, moves, drawing };

export const knobFor = (control, moved) => KINDS[control.kind](control, moved);
