// A live picture. Python sends the PNG and its words in one message; the blob's URL goes straight to the <img>, which
// keeps its old pixels until the new ones are ready.

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
    model.on("change:png", show);
    show();
    return () => {
      model.off("change:png", show);
      URL.revokeObjectURL(image.src);
    };
  },
};
