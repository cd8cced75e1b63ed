// A sheet that is drawn on: every point that the pointer passed, ink on the page at once, and a cell for the keyboard.

const TO_PIXEL = 8; // steps, as in pen.py
const INK = "#333333a0";
const CURSOR = "#b35900";
const APART = 2; // pixels: a point nearer to the one before adds nothing
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Arrow keys move a cell over the sheet, Space draws in it; hold Space to draw a line.";

// A line through points of the picture, as a stroke.
function lineOf(points, style, commands = "") {
  const whole = points.map((point) => point.map((v) => Math.round(v * TO_PIXEL)));
  const steps = whole.flatMap(([x, y], i) => (i ? [x - whole[i - 1][0], y - whole[i - 1][1]] : [x, y]));
  return ["p", style, commands, steps];
}

export class Sheet {
  constructor(stage, state, signal) {
    const { box, cells, nib } = state.get("pen");
    Object.assign(this, { stage, state, box, cells, nib, press: Date.now() % 1e9, points: [], cell: [0, 0] }); // no page has another's press
    const { canvas } = stage;
    canvas.style.cursor = "crosshair";
    canvas.style.touchAction = "none"; // a finger draws, and does not scroll
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-description", HELP);
    const on = (name, handle) => canvas.addEventListener(name, handle, { signal });
    on("pointerdown", (event) => {
      const at = this.place(event);
      if (event.button !== 0 || !this.holds(at)) return;
      event.preventDefault(); // no text is marked
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.begin(at);
    });
    on("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const all = event.getCoalescedEvents?.() ?? [];
      this.go(...(all.length ? all : [event]).map((each) => this.place(each)));
    });
    on("keydown", (event) => this.key(event));
    on("keyup", (event) => {
      if (event.key === " ") this.isDown = false;
    });
    on("focus", () => this.showCell(canvas.matches(":focus-visible")));
    on("blur", () => {
      this.isDown = false;
      this.showCell(false);
    });
    const heard = () => this.showInk();
    state.on("change:inked", heard);
    signal.addEventListener("abort", () => state.off("change:inked", heard));
  }

  place(event) {
    const [across, down] = this.stage.find(event);
    return [across * this.stage.width, down * this.stage.height];
  }

  holds([x, y]) {
    const [left, top, right, bottom] = this.box;
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  begin(point) {
    this.press += 1;
    this.points = [];
    this.go(point);
  }

  go(...points) {
    for (const point of points) {
      const last = this.points.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= APART) this.points.push(point);
    }
    const first = this.heard();
    const { width, height } = this.stage;
    const news = this.points.slice(first).flatMap(([x, y]) => [x / width, y / height]);
    if (!news.length) return;
    this.state.set("touched", [this.press, first, ...news]);
    this.state.save_changes();
    this.showInk();
  }

  // How many points of this press the kernel has drawn.
  heard() {
    const [press, n] = this.state.get("inked");
    return press === this.press ? n : 0;
  }

  isBehind() {
    return this.heard() < this.points.length;
  }

  showInk() {
    const [left, top, right, bottom] = this.box;
    const style = { s: INK, w: this.nib, cap: "round", join: "round", c: [left, top, right - left, bottom - top] };
    const drawn = this.heard();
    const wet = drawn < this.points.length ? this.points.slice(Math.max(drawn - 1, 0)) : [];
    if (wet.length === 1) wet.push([wet[0][0] + 0.2, wet[0][1]]); // a dot
    this.stage.show({ ink: wet.length ? [lineOf(wet, style)] : [] });
  }

  key(event) {
    const step = ARROWS[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    if (step) this.cell = this.cell.map((at, i) => Math.min(Math.max(at + step[i], 0), this.cells[i] - 1));
    this.showCell(true);
    const { middle } = this.cellBox();
    if (step && this.isDown) this.go(middle);
    else if (!step && !event.repeat) this.begin(middle);
    if (!step) this.isDown = true;
  }

  cellBox() {
    const [left, top, right, bottom] = this.box;
    const size = [(right - left) / this.cells[0], (bottom - top) / this.cells[1]];
    const [x, y] = this.cell.map((at, i) => [left, top][i] + at * size[i]);
    return { x, y, size, middle: [x + size[0] / 2, y + size[1] / 2] };
  }

  showCell(isShown) {
    const { x, y, size: [w, h] } = this.cellBox();
    const corners = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
    this.stage.show({ cell: isShown ? [lineOf(corners, { s: CURSOR, w: 3 }, "MLLLZ")] : [] });
  }
}
