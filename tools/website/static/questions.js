// Predictions that can be committed to, and exercises whose opened hints are remembered.

import { make } from "./make.js";
import { keep, recall } from "./memory.js";

function answer(form, chosen) {
  const right = atob(form.dataset.answer).split(":")[1];
  const words = (value) => form.querySelector(`input[value="${value}"] + span`).textContent;
  for (const each of form.elements) each.disabled = true;
  form.querySelector(`input[value="${chosen}"]`).checked = true;
  const verdict = chosen === right ? "\u2713 So it is." : `\u2717 The answer: ${words(right)}. You said: ${words(chosen)}.`;
  const place = form.querySelector(".verdict");
  place.prepend(make("strong", { textContent: `${verdict} ` }));
  place.hidden = false;
}

export function ask() {
  const { answers = {} } = recall();
  for (const form of document.querySelectorAll("form.prediction")) {
    const { name } = form.dataset;
    form.addEventListener("change", () => (form.querySelector("button").disabled = false));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = form.querySelector("input:checked");
      keep("answers", name, value);
      answer(form, value);
    });
    if (answers[name] !== undefined) answer(form, answers[name]);
  }
}

export function rememberHints() {
  const { hints = {} } = recall();
  for (const exercise of document.querySelectorAll("section.exercise")) {
    const all = [...exercise.querySelectorAll("details")];
    for (const i of hints[exercise.dataset.name] ?? []) if (all[i]) all[i].open = true;
    for (const each of all) {
      each.addEventListener("toggle", () => {
        const open = all.flatMap((details, i) => (details.open ? [i] : []));
        keep("hints", exercise.dataset.name, open);
      });
    }
  }
}
