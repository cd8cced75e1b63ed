// A live picture. Python sends the PNG and its words in one message; the blob's URL goes straight to the <img>, which
// keeps its old pixels until the new ones are ready. Where a pointer is pressed on it, Python hears of that.

function listen(image, model, signal) {
  let press = 0;
  let pressed = [];
  const place = (event) => {
    const box = image.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const tell = (event) => {
    model.set("touched", [...place(event), ...pressed, press]);
    model.save_changes();
  };
  const begin = (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // no picture is dragged away, no text is marked
    image.setPointerCapture(event.pointerId);
    press += 1;
    pressed = place(event);
    tell(event);
  };
  const follow = (event) => {
    if (image.hasPointerCapture(event.pointerId)) tell(event);
  };
  image.draggable = false;
  image.style.cursor = "crosshair";
  image.style.touchAction = "none"; // a finger draws, and does not scroll
  image.addEventListener("pointerdown", begin, { signal });
  image.addEventListener("pointermove", follow, { signal });
}

export default {
  render({ model, el }) {
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
    const stop = new AbortController();
    if (model.get("touchable")) listen(image, model, stop.signal);
    model.on("change:png", show);
    show();
    return () => {
      stop.abort();
      model.off("change:png", show);
      URL.revokeObjectURL(image.src);
    };
  },
};
