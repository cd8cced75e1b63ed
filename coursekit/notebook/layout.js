// One screen for a panel: a few controls in sight, the rest behind a button; the picture as high as the screen has room.

const SCREEN = 640; // pixels of a laptop's notebook: headline, controls and picture stand in them together
const AROUND = 128; // pixels of a window that are not the notebook's
const SMALLEST = 0.72; // of a picture's size: its words then have eleven pixels
const WIDE = 640; // pixels of a page on which the picture gives way; on a narrower one it is read by scrolling

// Put what is not needed at once behind a button, once.
export function fold(group) {
  const [bar, extra] = [group.querySelector(".coursekit-bar"), group.querySelectorAll(".coursekit-extra")];
  if (!bar || !extra.length || bar.querySelector(".coursekit-more")) return;
  const button = document.createElement("button");
  button.className = "jupyter-widgets jupyter-button widget-button coursekit-more";
  const show = (all) => {
    bar.parentElement.classList.toggle("coursekit-all", all);
    button.textContent = all ? "fewer controls" : `${extra.length} more control${extra.length > 1 ? "s" : ""}`;
    button.setAttribute("aria-expanded", all);
  };
  button.addEventListener("click", () => show(!bar.parentElement.classList.contains("coursekit-all")));
  bar.append(button);
  show(false);
}

// Keep a picture so small that it ends on the screen that its panel begins on.
export function fitScreen(group, place, [width, height], signal) {
  const fit = () => {
    if (!group.clientWidth) return; // out of sight
    const above = place.getBoundingClientRect().top - group.getBoundingClientRect().top;
    const room = Math.max(SCREEN, window.innerHeight - AROUND) - above;
    const scale = group.clientWidth < WIDE ? 1 : Math.min(room / height, 1);
    place.style.maxWidth = `${Math.max(Math.floor(width * scale) - 1, Math.ceil(width * SMALLEST))}px`;
  };
  let wide = 0;
  const sizes = new ResizeObserver(() => {
    if (wide !== group.clientWidth) fit();
    wide = group.clientWidth;
  });
  sizes.observe(group);
  signal.addEventListener("abort", () => sizes.disconnect());
  fit();
}
