// What state a panel is in, where its picture can't say it: its kernel is gone, or busy with a cell.

const GONE = "Kernel restarted: run this cell again";
const BUSY = "Waiting for a running cell";
const SOON = 700; // milliseconds after a move in which an answer is no wait

export class Status {
  // It stands on the picture, so that nothing jumps.
  constructor(group, place, state, signal) {
    Object.assign(this, { state, moved: 0, said: document.createElement("div") });
    this.said.className = "coursekit-state";
    this.said.setAttribute("aria-live", "polite");
    place.style.position = "relative";
    place.append(this.said);
    const look = () => this.look();
    const answered = () => {
      this.moved = 0;
      this.look();
    };
    state.on("comm_live_update", look);
    state.on("change", answered);
    const move = (event) => {
      if (!event.target.closest(".coursekit-controls, canvas")) return;
      this.moved ||= performance.now();
      setTimeout(look, SOON);
    };
    for (const name of ["pointerup", "keydown", "change"]) group.addEventListener(name, move, { capture: true, signal });
    signal.addEventListener("abort", () => {
      state.off("comm_live_update", look);
      state.off("change", answered);
      clearTimeout(this.timer);
    });
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    const busy = this.state.widget_manager.kernel?.status === "busy";
    const waits = this.moved && performance.now() - this.moved >= SOON;
    if (waits && !busy) this.moved = 0; // whatever it was, it moved nothing
    const text = this.state.comm_live === false ? GONE : waits && busy ? BUSY : "";
    if (text !== this.said.textContent) this.said.textContent = text;
    if (waits && busy) this.timer = setTimeout(() => this.look(), SOON);
  }
}
