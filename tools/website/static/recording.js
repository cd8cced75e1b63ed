// Reads a recording (recording.py writes it): the strokes of every artist in every state, and the words.

const ALONG = 1;
const SINCE = 2; // 3 is both

function reader(bytes) {
  let place = 0;
  return () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
}

const signed = (zigzag) => (zigzag >>> 1) ^ -(zigzag & 1);

function sums(count, next) {
  let sum = 0;
  return Array.from({ length: count }, () => (sum += signed(next())));
}

function readTexts(next) {
  return Array.from({ length: next() }, () => {
    const count = next();
    const letters = Array.from({ length: count }, next);
    const xs = sums(count, next);
    const ys = next() ? Array.from({ length: count }, () => signed(next())) : 0;
    return [letters, xs, ys];
  });
}

function readNumbers(way, count, next) {
  const numbers = new Int32Array(count);
  if (way & ALONG) {
    for (const axis of [0, 1]) for (let i = axis, sum = 0; i < count; i += 2) numbers[i] = sum += signed(next());
  } else for (let i = 0; i < count; i += 1) numbers[i] = signed(next());
  return numbers;
}

// The frames of a track: each a list of [shape, numbers].
function readTrack(next) {
  const frames = [];
  for (let count = next(), f = 0; f < count; f += 1) {
    const back = next();
    const before = back ? frames[f - back] : [];
    const frame = [];
    for (let strokes = next(), place = 0; place < strokes; place += 1) {
      const [shape, way, n] = [next(), next(), next()];
      const numbers = readNumbers(way, n, next);
      const old = way & SINCE ? before[place][1] : [];
      for (let i = Math.min(old.length, n) - 1; i >= 0; i -= 1) numbers[i] += old[i];
      frame.push([shape, numbers]);
    }
    frames.push(frame);
  }
  return frames;
}

// Places on the recording's grid, as the differences in the pen's steps that a stroke has.
function points(places, grid) {
  const numbers = Array.from(places, (place) => place * grid);
  for (let i = numbers.length - 1; i > 1; i -= 1) numbers[i] -= numbers[i - 2];
  return numbers;
}

function strokeOf([shape, numbers], { shapes, texts, images, grid }) {
  const [kind, style, ...rest] = shapes[shape];
  const n = Array.from(numbers);
  if (kind === "p") return ["p", style, rest[0], points(n, grid)];
  if (kind === "m") return ["m", style, ...rest, points(n, grid)];
  if (kind === "t") return ["t", style, [n[1], n[2], ...rest], ...texts[n[0]]];
  return ["i", style, n.slice(1), rest[0], images[n[0]]];
}

// The strokes of the artists that a state shows otherwise than what was shown, which is then what it shows.
export function news(recording, state, shown) {
  const parts = {};
  for (let track = 0; track < recording.tracks; track += 1) {
    const frame = recording.frame(track, state);
    if (frame !== shown[track]) parts[track] = recording.strokes(track, frame);
    shown[track] = frame;
  }
  return parts;
}

export async function readRecording(response) {
  const stream = response.body.pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let place = 0;
  const take = (length) => bytes.subarray(place, (place += length));
  const sized = () => take(new DataView(bytes.buffer, place).getUint32(0, true) + 4).subarray(4);
  const head = JSON.parse(new TextDecoder().decode(sized()));
  const next = reader(sized());
  const texts = readTexts(next);
  const [still] = readTrack(next);
  const tracks = Array.from({ length: head.tracks }, () => readTrack(next));
  const table = Array.from({ length: head.tracks + 2 }, () => Int32Array.from(sums(head.states, next)));
  const images = head.images.map(([type, length]) => URL.createObjectURL(new Blob([take(length)], { type })));
  const tables = { ...head, texts, images };
  const strokes = (frame) => frame.map((stroke) => strokeOf(stroke, tables));
  return {
    ...head,
    still: strokes(still),
    frame: (track, state) => table[track][state],
    strokes: (track, frame) => strokes(tracks[track][frame]),
    says: (state) => head.words[table[head.tracks][state]],
    found: (state) => table[head.tracks + 1][state],
  };
}
