// A live picture. Python sends the PNG and its words in one message; the blob's URL goes straight to the <img>, which
// keeps its old pixels until the new ones are ready. Beside that: accessible names for the panel's ipywidgets controls,
// whose handles have none and cannot be given one from Python.

function nameControls(panel) {
  const set = (element, name, value) => {
    if (element && value && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  for (const control of panel.querySelectorAll(".coursekit-control")) {
    const label = control.querySelector(".widget-slider .widget-label")?.textContent.trim();
    const box = control.querySelector("input[type=number]");
    const handle = control.querySelector(".noUi-handle");
    set(handle, "data-lm-suppress-shortcuts", "true"); // else Notebook 7 takes the arrow keys for itself
    set(handle, "aria-label", label);
    set(handle, "aria-valuetext", box?.value); // a log slider would otherwise speak its position
    set(box, "aria-label", `${label}, exact value`);
    for (const button of control.querySelectorAll("button")) set(button, "aria-label", button.title || label);
  }
}

function whenOnPage(el, signal, then) {
  if (signal?.aborted) return;
  if (el.isConnected) then();
  else requestAnimationFrame(() => whenOnPage(el, signal, then));
}

export default {
  render({ model, el, signal }) {
    const image = new Image();
    image.className = "coursekit-picture";
    image.decoding = "sync"; // no blank frame between two pictures
    image.width = model.get("width");
    image.height = model.get("height");
    image.style.cssText = "display:block;max-width:100%;height:auto";
    el.append(image);

    const show = () => {
      const old = image.src;
      image.src = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
      image.alt = model.get("alt");
      if (old) URL.revokeObjectURL(old);
    };
    model.on("change:png", show);
    show();

    whenOnPage(el, signal, () => {
      const panel = el.closest(".coursekit-panel") ?? el;
      const watch = new MutationObserver(() => nameControls(panel));
      const attributes = ["aria-valuetext", "aria-valuenow"];
      watch.observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter: attributes });
      panel.addEventListener("input", () => nameControls(panel));
      nameControls(panel);
      signal?.addEventListener("abort", () => watch.disconnect());
    });
    return () => {
      model.off("change:png", show);
      URL.revokeObjectURL(image.src);
    };
  },
};
