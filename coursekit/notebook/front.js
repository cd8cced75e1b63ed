// What anywidget loads for each panel: small, as it has two seconds. The panel's own module is loaded once a page.

const modules = (globalThis.coursekitModules ??= new Map()); // by their text: another kernel may have another version

function load(text) {
  if (!modules.has(text)) {
    modules.set(text, import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  }
  return modules.get(text);
}

export default {
  async render({ model, el }) {
    el.textContent = "Loading";
    const { render } = await load(model.get("code"));
    el.textContent = "";
    return render({ model, el });
  },
};
