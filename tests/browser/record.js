// What happens on a page, in order: what the hand did, what was written into a box by code, and every message between
// page and kernel; none of the server's news of files, of which there are hundreds in a minute. The last of it stands in
// the report of a test that fails: a timeout says only that nothing came.

const MOST = 80; // lines, or at times twice as many
const LETTERS = 200; // of a message: enough for which model and which attributes
const EVENTS = ["pointerdown", "click", "keydown", "input", "change", "focusin", "focusout"];

window.happened = [];
const note = (...what) => {
  window.happened.push(`${performance.now().toFixed(0).padStart(8)} ${what.join(" ")}`);
  if (window.happened.length > 2 * MOST) window.happened.splice(0, MOST);
};
const name = ({ tagName, textContent, ariaLabel }) =>
  ariaLabel || `${tagName ?? "page"} ${textContent?.slice(0, 20) ?? ""}`;
const noteEvent = ({ type, key, target }) => note(type, key ?? "", name(target), target.value ?? "");
for (const kind of EVENTS) window.addEventListener(kind, noteEvent, true);

const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
Object.defineProperty(HTMLInputElement.prototype, "value", {
  ...value,
  set(text) {
    if (this.type === "text") note("written", name(this), text);
    value.set.call(this, text);
  },
});

// A message to or from a kernel: how many parts, where each begins; then channel, header, parent, metadata, content.
const read = (data) => {
  const [view, text] = [new DataView(data), new TextDecoder()];
  const at = (i) => Number(view.getBigUint64(8 * (i + 1), true));
  const part = (i) => text.decode(new Uint8Array(data, at(i), Math.min(at(i + 1) - at(i), 1000)));
  return `${/"msg_type": ?"(\w+)"/.exec(part(1))?.[1]} ${part(4).slice(0, LETTERS)}`;
};
const noteMessage = (what, data) => {
  if (data instanceof ArrayBuffer) note(what, read(data)); // a kernel's; the server's own are text
};

window.WebSocket = class extends WebSocket {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => noteMessage("heard", data));
  }

  send(data) {
    noteMessage("told", data);
    super.send(data);
  }
};
