// The start page: pictures that move, and where the reader is.

import { make } from "./make.js";
import { recall } from "./memory.js";
import { Stage } from "./player.js";
import { news, readRecording } from "./recording.js";

const TICK = 90; // milliseconds
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The states that are seen when the control that shows most goes from end to end and back.
function tour({ controls, runs, settings, states }) {
  if (runs) {
    const first = settings.findIndex((setting) => setting.every((stop, i) => stop === controls[i].start));
    const from = runs.slice(0, first).reduce((a, b) => a + b, 0);
    return runs[first] > 1 ? Array.from({ length: runs[first] }, (_, i) => from + i) : [from];
  }
  const sizes = controls.map(({ stops }) => stops.length);
  const step = (i) => sizes.slice(i + 1).reduce((a, b) => a * b, 1);
  const home = controls.reduce((sum, { start }, i) => sum + start * step(i), 0);
  const longest = controls.findIndex(({ kind }) => kind === "slider");
  const i = longest < 0 ? sizes.indexOf(Math.max(...sizes)) : longest;
  const there = Array.from({ length: sizes[i] }, (_, stop) => home + (stop - controls[i].start) * step(i));
  return [...there.slice(controls[i].start), ...there.toReversed(), ...there.slice(0, controls[i].start)].filter((s) => s < states);
}

async function enliven(card) {
  const recording = await readRecording(await fetch(card.dataset.recording));
  const place = card.querySelector(".moving");
  const [width, height] = recording.size;
  const inner = make("span", { className: "full" });
  inner.style.cssText = `width:${width}px;height:${height}px`;
  const states = tour(recording);
  place.append(inner); // before anything is drawn: its ground is the page's
  const stage = new Stage(inner, { width, height });
  place.style.setProperty("--width", width);
  place.style.setProperty("--height", height);
  const shown = [];
  let at = 0;
  const show = async () => {
    const parts = news(recording, states[at], shown);
    at = (at + 1) % states.length;
    await stage.show(parts);
  };
  await stage.show({ still: recording.still }, recording.letters);
  await show();
  stage.draw();
  card.dataset.live = "true";
  let pause = 0;
  setInterval(() => {
    const wanted = card.dataset.near && (!still.matches || card.matches(":hover, :focus"));
    if (!wanted || document.hidden) return;
    if (pause > 0) pause -= 1;
    else show();
    if (at === 0) pause = 12; // a look at the end, before it begins again
  }, Math.max(TICK, Math.min(400, 3000 / states.length)));
}

function goOn() {
  const place = document.querySelector(".go-on");
  const { answers = {}, place: where = {} } = recall();
  for (const card of document.querySelectorAll(".card")) {
    const number = card.dataset.page.slice(0, 2);
    const count = Object.keys(answers).filter((name) => name.startsWith(number)).length;
    if (count) card.querySelector(".done").textContent = `${count} predicted`;
  }
  const card = document.querySelector(`.card[data-page="${where.page}"]`);
  if (!card) return;
  const title = card.querySelector("strong").textContent;
  place.replaceChildren("You were in ", make("a", { href: `${where.page}.html#there`, textContent: title }), ".");
  place.hidden = false;
}

export function drawMap() {
  goOn();
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) target.dataset.near = "true";
      else delete target.dataset.near;
      if (isIntersecting && !target.begun) {
        target.begun = true;
        enliven(target).catch((error) => console.error(target.dataset.recording, error));
      }
    }
  });
  for (const card of document.querySelectorAll(".card")) near.observe(card);
}
