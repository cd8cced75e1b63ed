// The parts of a task that were found: how many, which, and what each means. A new one is said once, as it is found.

const NEW = "border-left:4px solid #007a5a;padding-left:.5em";

export class Found {
  constructor(place, state) {
    Object.assign(this, { state, known: state.get("found").length });
    const make = (tag) => place.appendChild(document.createElement(tag));
    [this.count, this.list, this.spoken] = ["div", "ul", "div"].map(make);
    place.className = "coursekit-found";
    place.style.cssText = `position:relative;line-height:1.5;max-width:${state.get("size")[0]}px;color:var(--jp-content-font-color1,inherit)`;
    this.count.style.fontWeight = 600;
    this.list.style.cssText = "list-style:none;margin:0;padding:0";
    this.spoken.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    this.spoken.setAttribute("role", "status");
    this.follow();
  }

  follow() {
    const [found, total] = [this.state.get("found"), this.state.get("n_parts")];
    const said = `${found.length} of ${total} found`;
    if (said === this.count.textContent) return;
    this.count.textContent = said;
    this.list.replaceChildren(...found.map(([name, means], i) => {
      const item = document.createElement("li");
      item.append("\u2713 ", Object.assign(document.createElement("strong"), { textContent: name }), `: ${means}`);
      if (i >= this.known) item.style.cssText = NEW;
      return item;
    }));
    const news = found.slice(this.known).map(([name, means]) => `${name}: ${means}`);
    if (news.length) this.spoken.textContent = `${said}. ${news.join(" ")}`;
    this.known = found.length;
  }
}
