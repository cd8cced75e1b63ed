// What ipywidgets' controls lack and Python can't reach: names for whoever can't see them, and keys for whoever has no
// mouse.

import { fold } from "./layout.js";

const BUTTONS = { "fa-play": "Play", "fa-pause": "Pause" };

const FOLLOWS = 250; // milliseconds

const set = (element, name, value) => {
  if (element && value && element.getAttribute(name) !== value) element.setAttribute(name, value);
};

function nameControls(group) {
  fold(group);
  set(group.querySelector(".coursekit-verdict"), "role", "status"); // read out when it comes
  const options = group.querySelector(".widget-radio-box");
  set(options, "role", "radiogroup");
  set(options, "aria-label", options?.previousElementSibling.textContent);
  for (const radio of group.querySelectorAll("input[type=radio]")) set(radio, "name", group.id); // one stop for Tab
  for (const buttons of group.querySelectorAll(".coursekit-buttons")) {
    set(buttons, "role", "group");
    set(buttons, "aria-label", buttons.querySelector(".coursekit-label")?.textContent ?? "training");
  }
  for (const control of group.querySelectorAll(".coursekit-control")) {
    const label = control.querySelector(".widget-label").textContent.trim();
    const [box, handle] = [control.querySelector("input[type=text]"), control.querySelector(".noUi-handle")];
    set(handle, "aria-label", label);
    set(handle, "aria-valuetext", box.value); // the value, where the handle itself would speak its position
    set(box, "aria-label", `${label}, exact value`);
    set(box, "inputmode", "decimal");
    for (const icon of control.querySelectorAll("button i")) {
      const does = Object.keys(BUTTONS).find((name) => icon.classList.contains(name));
      set(icon.parentElement, "aria-label", `${BUTTONS[does]}: ${label}`);
      set(icon.parentElement, "title", BUTTONS[does]);
    }
  }
}

// JupyterLab and Notebook take arrows, Enter and letters for themselves wherever nobody writes. Here they belong to the
// controls; what saves, runs a cell or leaves (Control, Shift+Enter, Escape) stays with the notebook.
function keepKeys(group, signal) {
  const keep = (event) => {
    if (!group.contains(event.target)) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "s") return passOn(group, event);
    const leaves = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape";
    const runs = event.shiftKey && event.key === "Enter";
    if (leaves || runs) event.target.removeAttribute("data-lm-suppress-shortcuts");
    else event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  window.addEventListener("keydown", keep, { capture: true, signal });
}

// A text box of ipywidgets keeps every key for itself. What saves comes from the group then, and so to the notebook.
function passOn(group, event) {
  if (!event.isTrusted || !event.target.matches("input[type=text]")) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  const { key, code, keyCode, ctrlKey, metaKey } = event;
  group.dispatchEvent(new KeyboardEvent("keydown", { key, code, keyCode, ctrlKey, metaKey, bubbles: true, cancelable: true }));
}

// Where a button that has the focus can't be pressed any more, the focus goes on: to what its press has led to, a verdict,
// or to the next that can be pressed in its row.
function keepFocus(group, signal) {
  let last = null;
  const remember = (event) => {
    last = event.target;
  };
  group.addEventListener("focusin", remember, { signal });
  return () => {
    const isLost = document.activeElement === last || document.activeElement === document.body;
    if (!last?.disabled || !isLost) return;
    const verdict = group.querySelector(".coursekit-verdict");
    if (verdict && !verdict.textContent.trim()) return; // it comes in a moment
    if (verdict) verdict.tabIndex = -1;
    (verdict ?? last.closest(".coursekit-buttons, .coursekit-controls")?.querySelector("button:enabled"))?.focus();
    last = null;
  };
}

// Keep a group of controls named, until the signal says stop.
export function giveAccess(group, label, signal) {
  group.id ||= `coursekit-${Math.random()}`;
  set(group, "role", "group");
  set(group, "aria-label", label);
  let timer;
  const followFocus = keepFocus(group, signal);
  const name = () => {
    nameControls(group);
    followFocus();
    clearTimeout(timer);
    timer = setTimeout(() => nameControls(group), FOLLOWS); // a number box may follow later than its picture
  };
  const watch = new MutationObserver(name);
  watch.observe(group, { subtree: true, childList: true, attributeFilter: ["aria-valuetext", "class", "disabled"] });
  group.addEventListener("drawn", name, { capture: true, signal }); // a new picture: new values too
  signal.addEventListener("abort", () => {
    watch.disconnect();
    clearTimeout(timer);
  });
  keepKeys(group, signal);
  name();
}
