// What a reader did, kept in this browser alone.

const KEY = "coursekit";

export function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // a browser may keep nothing, or somebody else's
  }
}

// Keep a value under a name in one of the drawers: answers, hints, place.
export function keep(drawer, name, value) {
  try {
    const all = recall();
    all[drawer] = { ...all[drawer], [name]: value };
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // then it is forgotten
  }
}
