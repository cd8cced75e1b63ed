// The colours of a picture, which is made for a white page, on the ground that it stands on.

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const curved = (part) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);
const brightness = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

// On a dark ground each colour gets the contrast that it has on white: white becomes the ground, and what can be read
// there can be read here.
function onGround(rgb, ground) {
  const light = rgb.map((part) => linear(part / 255));
  const [before, below] = [brightness(light), brightness(ground)];
  const wanted = Math.min((1.05 / (before + 0.05)) * (below + 0.05) - 0.05, 1);
  if (before > 0.999) return ground.map((part) => 255 * curved(part));
  const up = (wanted - before) / (1 - before);
  const moved = light.map((part) => (wanted > before ? part + up * (1 - part) : (part * wanted) / before));
  return moved.map((part) => 255 * curved(part));
}

const asHex = (rgb) => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

// Says for each colour of a picture, which is made for a white page, how it looks on this one.
export function tintFor(ground) {
  const seen = new Map();
  const images = new WeakMap();
  const mapped = (r, g, b) => {
    const key = (r << 16) | (g << 8) | b;
    if (!seen.has(key)) seen.set(key, ground ? onGround([r, g, b], ground) : [r, g, b]);
    return seen.get(key);
  };
  const tint = (colour) => {
    const number = parseInt(colour.slice(1, 7), 16);
    return asHex(mapped(number >> 16, (number >> 8) & 255, number & 255)) + colour.slice(7);
  };
  tint.image = (image) => {
    if (!ground) return image;
    if (!images.has(image)) {
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [image.naturalWidth, image.naturalHeight];
      const pen = copy.getContext("2d");
      pen.drawImage(image, 0, 0);
      const pixels = pen.getImageData(0, 0, copy.width, copy.height);
      for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set(mapped(...pixels.data.slice(i, i + 3)), i);
      pen.putImageData(pixels, 0, 0);
      images.set(image, copy);
    }
    return images.get(image);
  };
  return tint;
}

// The ground that a place stands on, as linear RGB; none where it is light, or on paper: there the picture is as it was
// made. Forced colours are those of the page, too.
export function groundOf(place) {
  if (matchMedia("print").matches) return null;
  const colourOf = (element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
  const probe = document.createElement("div"); // what a page has that names no colour
  probe.style.cssText = "display:none;background:Canvas";
  place.append(probe);
  let colour = colourOf(probe);
  probe.remove();
  for (let element = place; element; element = element.parentElement) {
    const parts = colourOf(element);
    if (parts.length >= 3 && (parts[3] ?? 1) > 0.5) {
      colour = parts;
      break;
    }
  }
  const ground = colour.slice(0, 3).map((part) => linear(part / 255));
  return brightness(ground) < 0.2 ? ground : null;
}
