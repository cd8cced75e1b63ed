// A picture that is a map or a curve: where a pointer is pressed on it, its controls go; where it passes, it reads them.

const nearest = (stops, at) => stops.reduce((best, stop, i) => (Math.abs(stop - at) < Math.abs(stops[best] - at) ? i : best), 0);

// What a pointer means at a place of the picture, in pixels: marks with the number of their stop.
export function meant(marks, [x, y], held = null) {
  const inside = ({ box: [left, top, right, bottom] }) => x >= left && x <= right && y >= top && y <= bottom;
  return (held ?? marks.filter(inside)).map((mark) => ({ mark, stop: nearest(mark.stops, mark.axis === "x" ? x : y) }));
}

export async function followMarks(stage, place, state, signal) {
  const marks = state.get("marks");
  const models = new Map();
  for (const { model } of marks) models.set(model, await state.widget_manager.get_model(model));
  const { canvas } = stage;
  const tip = place.appendChild(document.createElement("div"));
  tip.className = "coursekit-value";
  tip.setAttribute("aria-hidden", true); // the sliders say it
  let held = null;

  const where = (event) => {
    const [across, down] = stage.find(event);
    return [across * stage.width, down * stage.height];
  };
  const read = (event) => {
    const under = meant(marks, where(event), held);
    canvas.style.cursor = under.length ? "crosshair" : "";
    tip.textContent = under.map(({ mark, stop }) => mark.texts[stop]).join(", ");
    const box = place.getBoundingClientRect();
    const x = event.clientX - box.left;
    tip.style.top = `${event.clientY - box.top - 34}px`;
    tip.style.left = x < box.width / 2 ? `${x + 12}px` : "";
    tip.style.right = x < box.width / 2 ? "" : `${box.width - x + 12}px`;
    return under;
  };
  const set = (event) => {
    for (const { mark, stop } of read(event)) {
      const model = models.get(mark.model);
      const value = mark.attribute === "truth" ? Boolean(stop) : stop;
      const name = mark.attribute === "index" ? "index" : "value";
      if (model.get(name) === value) continue;
      model.set(name, value);
      model.save_changes();
    }
  };
  const press = (event) => {
    const under = meant(marks, where(event)).map(({ mark }) => mark);
    if (event.button !== 0 || !under.length) return;
    event.preventDefault(); // no text is marked
    canvas.setPointerCapture(event.pointerId);
    held = under;
    set(event);
  };
  const let_go = () => {
    held = null;
  };
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("pointerdown", press, { signal });
  canvas.addEventListener("pointermove", (event) => (held ? set(event) : read(event)), { signal });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, let_go, { signal });
  canvas.addEventListener("pointerleave", () => { tip.textContent = ""; }, { signal });
}
