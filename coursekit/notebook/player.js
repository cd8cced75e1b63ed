// Draws strokes on a canvas, at the screen's own resolution. It knows no controls, files or kernels: whoever has strokes
// gives them to a Stage. What stands in a stroke is said in coursekit's pen.py.

import { groundOf, tintFor } from "./ground.js";

const STEPS = 8; // to a pixel, as in pen.py
const EM = 1000; // steps to an em of a letter's outline
const GHOST = 0.3;
const READABLE = 0.72; // of its full size, where its words have eleven pixels: smaller nothing gets. The columns of a
// picture go below each other before; one that can't be cut scrolls sideways
const PRINTED = 3; // dots to a pixel on paper

function tracePath(commands, numbers, unit) {
  const path = new Path2D();
  let [x, y, i] = [0, 0, 0];
  const next = () => [(x += numbers[i++] * unit), (y += numbers[i++] * unit)];
  const draw = {
    M: () => path.moveTo(...next()),
    L: () => path.lineTo(...next()),
    Q: () => path.quadraticCurveTo(...next(), ...next()),
    C: () => path.bezierCurveTo(...next(), ...next(), ...next()),
    Z: () => path.closePath(),
  };
  for (const command of commands) draw[command]();
  if (!commands) {
    path.moveTo(...next());
    while (i < numbers.length) path.lineTo(...next());
  }
  return path;
}

function traceText([x, y, angle, size], letters, xs, ys, alphabet) {
  const path = new Path2D();
  const row = new DOMMatrix().translate(x / STEPS, y / STEPS).rotate(-angle);
  letters.forEach((letter, i) => {
    const place = row.translate(xs[i] / STEPS, ys ? -ys[i] / STEPS : 0).scale(size / EM, -size / EM);
    path.addPath(alphabet[letter], place);
  });
  return path;
}

function traceImage(url) {
  const image = new Image();
  image.src = url;
  return { image, loading: image.decode() };
}

// Strokes as they are sent, made ready to be drawn again and again.
const READY = {
  p: ([, style, commands, numbers]) => ({ style, path: tracePath(commands, numbers, 1 / STEPS) }),
  m([, style, commands, numbers, steps]) {
    const places = steps.map((step) => step / STEPS);
    for (let i = 2; i < places.length; i += 1) places[i] += places[i - 2];
    return { style, path: tracePath(commands, numbers, 1 / STEPS / 10), places };
  },
  t: ([, style, place, letters, xs, ys], alphabet) => ({ style, path: traceText(place, letters, xs, ys, alphabet) }),
  i: ([, style, box, smooth, url]) => ({ style, box: box.map((v) => v / STEPS), smooth, ...traceImage(url) }),
};

function dip(context, style, tint) {
  if (style.f) context.fillStyle = tint(style.f);
  if (style.s) {
    context.strokeStyle = tint(style.s);
    context.lineWidth = style.w;
    context.lineCap = style.cap ?? "butt";
    context.lineJoin = style.join ?? "miter";
    context.setLineDash(style.d ?? []);
    context.lineDashOffset = style.o ?? 0;
  }
}

function ink(context, { style, path }) {
  if (style.f) context.fill(path);
  if (style.s) context.stroke(path);
}

function paint(context, strokes, tint) {
  for (const stroke of strokes) {
    const { style, places, box } = stroke;
    context.save();
    if (style.c) {
      context.beginPath();
      context.rect(...style.c);
      context.clip();
    }
    dip(context, style, tint); // once for all the places of a marker
    if (box) {
      context.imageSmoothingEnabled = stroke.smooth;
      context.drawImage(tint.image(stroke.image), ...box);
    } else if (places) {
      for (let i = 0; i < places.length; i += 2) {
        context.translate(places[i], places[i + 1]);
        ink(context, stroke);
        context.translate(-places[i], -places[i + 1]);
      }
    } else ink(context, stroke);
    context.restore();
  }
}

// A picture as wide as its place allows. On a narrow page its columns stand below each other.
export class Stage {
  constructor(place, { width, height, columns = [0, width] }) {
    Object.assign(this, { place, width, height, columns, strokes: {}, alphabet: [], drawn: 0 });
    this.canvas = document.createElement("canvas");
    this.canvas.style.cssText = `display:block;width:${width}px;max-width:100%;aspect-ratio:${width}/${height}`;
    this.canvas.setAttribute("role", "img");
    this.context = this.canvas.getContext("2d");
    this.behind = document.createElement("canvas");
    this.loading = new Set();
    place.append(this.canvas);
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(place);
    const look = () => requestAnimationFrame(() => this.look());
    this.looks = new MutationObserver(look);
    for (const element of [document.documentElement, document.body]) this.looks.observe(element, { attributes: true });
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", look, { signal });
    }
    matchMedia("print").addEventListener("change", () => this.look(), { signal }); // at once: paper does not wait
    this.look();
    this.watchRatio();
  }

  close() {
    this.stop.abort();
    this.sizes.disconnect();
    this.looks.disconnect();
    cancelAnimationFrame(this.wanted);
    this.closed = true;
  }

  // Show parts of a picture, each a list of strokes by its name: "still", "ghost", or a number for what moves, in the
  // order of the numbers. What is not given stays as it is. The new picture comes with the next frame of the screen.
  async show(parts, outlines) {
    if (outlines) this.alphabet = outlines.map(([commands, numbers]) => tracePath(commands, numbers, 1));
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const ready = {};
    for (const [name, strokes] of Object.entries(parts)) {
      ready[name] = strokes.map((stroke) => READY[stroke[0]](stroke, this.alphabet));
    }
    const images = Object.values(ready).flatMap((strokes) => strokes.filter((stroke) => stroke.loading));
    if (images.length || this.busy) {
      const all = [this.busy, ...images.map((stroke) => stroke.loading)];
      this.busy = Promise.allSettled(all); // one after the other: the last is the last
      await this.busy;
      if (this.turn === turn) this.busy = null;
    }
    Object.assign(this.strokes, ready);
    if ("still" in ready || "ghost" in ready) this.isLaid = false;
    this.wanted ??= requestAnimationFrame(() => this.draw());
  }

  look() {
    const ground = groundOf(this.place);
    if (this.tint && String(ground) === String(this.ground)) return this.fit();
    this.ground = ground;
    this.tint = tintFor(ground);
    this.ratio = 0; // all is drawn anew
    this.fit();
  }

  fit() {
    if (this.ratio && !this.place.clientWidth) return; // out of sight
    const place = Math.min(this.place.clientWidth || this.width, this.width);
    const views = this.viewsFor(place);
    const wide = Math.max(...views.map(({ left, right, scale }) => (right - left) * scale));
    const last = views.at(-1);
    const high = last.top + this.height * last.scale;
    const ratio = matchMedia("print").matches ? PRINTED : window.devicePixelRatio || 1;
    const [across, down] = [Math.round(wide * ratio), Math.round(high * ratio)];
    if (this.ratio === ratio && this.canvas.width === across && this.canvas.height === down) return;
    Object.assign(this, { ratio, views, isLaid: false });
    for (const canvas of [this.canvas, this.behind]) [canvas.width, canvas.height] = [across, down];
    this.canvas.dataset.scale = Math.min(...views.map(({ scale }) => scale));
    const scrolls = wide > place + 1;
    Object.assign(this.canvas.style, {
      width: `${wide}px`, maxWidth: scrolls ? "none" : "100%", aspectRatio: `${across}/${down}`,
    });
    this.place.style.overflowX = scrolls ? "auto" : "";
    if (scrolls) this.place.tabIndex = 0; // so that the keyboard scrolls it too
    else this.place.removeAttribute("tabindex");
    this.draw();
  }

  // Be told when the page's zoom or its screen changes: each change asks for the next.
  watchRatio() {
    this.fit();
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", () => this.watchRatio(), { once: true, signal: this.stop.signal });
  }

  // The columns of the picture, as many beside each other as can still be read.
  viewsFor(place) {
    const rows = [];
    for (let i = 1; i < this.columns.length; i += 1) {
      const [left, right, row] = [this.columns[i - 1], this.columns[i], rows.at(-1)];
      if (row && (right - row[0]) * READABLE <= place) row[1] = right;
      else rows.push([left, right]);
    }
    let top = 0;
    return rows.map(([left, right]) => {
      const scale = Math.min(Math.max(place / (right - left), READABLE), 1);
      const view = { left, right, scale, top };
      top += this.height * scale;
      return view;
    });
  }

  // Where an event is, as shares of the picture's width and height.
  find({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const zoom = box.width / this.canvas.width * this.ratio;
    const [x, y] = [(clientX - box.left) / zoom, (clientY - box.top) / zoom];
    const view = this.views.findLast(({ top }) => y >= top) ?? this.views[0];
    return [(view.left + x / view.scale) / this.width, (y - view.top) / view.scale / this.height];
  }

  // Run a drawing once for each view, with its part of the picture in its place.
  through(context, drawing) {
    for (const { left, right, scale, top } of this.views) {
      const zoom = scale * this.ratio;
      context.save();
      context.setTransform(zoom, 0, 0, zoom, -left * zoom, top * this.ratio);
      context.beginPath();
      context.rect(left, 0, right - left, this.height);
      context.clip();
      drawing();
      context.restore();
    }
  }

  lay() {
    const context = this.behind.getContext("2d");
    context.fillStyle = this.tint("#ffffff");
    context.fillRect(0, 0, this.behind.width, this.behind.height);
    this.through(context, () => {
      paint(context, this.strokes.still ?? [], this.tint);
      context.globalAlpha = GHOST;
      paint(context, this.strokes.ghost ?? [], this.tint);
    });
    this.isLaid = true;
  }

  draw() {
    cancelAnimationFrame(this.wanted);
    this.wanted = null;
    if (this.closed) return;
    if (!this.isLaid) this.lay();
    this.context.drawImage(this.behind, 0, 0);
    this.through(this.context, () => {
      for (const [name, strokes] of Object.entries(this.strokes)) {
        if (name !== "still" && name !== "ghost") paint(this.context, strokes, this.tint);
      }
    });
    this.drawn += 1;
    this.canvas.dispatchEvent(new Event("drawn"));
  }
}
