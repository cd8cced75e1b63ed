// What is alive on a page of the course. Everything it finds can be read without it: a still picture with its words, a
// question with its options and, folded, its answer, an exercise with its hints.

import { Explorer } from "./explorer.js";
import { drawMap } from "./map.js";
import { keep, recall } from "./memory.js";
import { ask, rememberHints } from "./questions.js";
import { readRecording } from "./recording.js";

async function enliven(element) {
  const response = await fetch(element.dataset.recording);
  if (response.ok) element.explorer = new Explorer(element, await readRecording(response));
}

function watchExplorers() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        enliven(target).catch((error) => console.error(target.dataset.recording, error));
      }
    },
    { rootMargin: "600px" },
  );
  for (const element of document.querySelectorAll(".explorer")) near.observe(element);
}

// Where the reader is, by the heading above: pages differ in length from window to window.
function rememberPlace() {
  const page = location.pathname.split("/").at(-1).replace(".html", "");
  if (!/^\d\d_/.test(page)) return;
  const sections = [...document.querySelectorAll("article section[id]")];
  const { place } = recall();
  if (location.hash === "#there" && place?.page === page) document.getElementById(place.section)?.scrollIntoView();
  let timer = 0;
  const note = () => {
    const here = sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 2);
    keep("place", "page", page);
    keep("place", "section", here?.id);
  };
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(note, 300);
  });
  note();
}

// Code that is too wide scrolls sideways; so that the keyboard can scroll it too, it takes the focus.
function openToKeys() {
  for (const code of document.querySelectorAll("pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "lessons");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "on this page");
}

ask();
rememberHints();
watchExplorers();
drawMap();
openToKeys();
addEventListener("resize", openToKeys);
rememberPlace();
