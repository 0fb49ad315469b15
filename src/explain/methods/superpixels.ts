import type { ImageSample } from '../image/sample';

/** A picture divided into connected pieces of about one colour. */
export interface Superpixels {
  /** For each pixel the number of its piece, from 0. */
  readonly labels: Int32Array;
  readonly count: number;
}

const ROUNDS = 10;

/**
 * SLIC superpixels: k-means over colour (CIELAB) and place, each centre searching its own surroundings, then stray
 * pixels, and pieces smaller than a quarter of the usual size, joined to what is nearest (Achanta et al. 2012,
 * doi:10.1109/TPAMI.2012.120).
 *
 * @param options.count pieces wanted, about. Default 50.
 * @param options.compactness weight of place against colour. Default 10.
 */
export function superpixels(
  image: Pick<ImageSample, 'pixels' | 'width' | 'height'>,
  { count = 50, compactness = 10 }: { readonly count?: number; readonly compactness?: number } = {},
): Superpixels {
  const { width, height } = image;
  const lab = labColours(image.pixels);
  const step = Math.max(1, Math.sqrt((width * height) / Math.max(1, count)));
  const [rows, columns] = [Math.max(1, Math.round(height / step)), Math.max(1, Math.round(width / step))];
  // L, a, b, x, y of each centre.
  const centres = Array.from({ length: rows * columns }, (_, i) => {
    const x = Math.min(width - 1, Math.floor(((i % columns) + 0.5) * (width / columns)));
    const y = Math.min(height - 1, Math.floor((Math.floor(i / columns) + 0.5) * (height / rows)));
    const at = (y * width + x) * 3;
    return [lab[at]!, lab[at + 1]!, lab[at + 2]!, x, y] as [number, number, number, number, number];
  });
  const labels = new Int32Array(width * height).fill(-1);
  const nearness = (compactness / step) ** 2;
  for (let round = 0; round < ROUNDS; round++) {
    const distances = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY);
    centres.forEach(([l, a, b, cx, cy], label) => {
      const reach = Math.ceil(2 * step);
      for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(height - 1, cy + reach); y++) {
        for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(width - 1, cx + reach); x++) {
          const at = y * width + x;
          const colour = (lab[at * 3]! - l) ** 2 + (lab[at * 3 + 1]! - a) ** 2 + (lab[at * 3 + 2]! - b) ** 2;
          const distance = colour + nearness * ((x - cx) ** 2 + (y - cy) ** 2);
          if (distance < distances[at]!) {
            distances[at] = distance;
            labels[at] = label;
          }
        }
      }
    });
    const sums = centres.map(() => [0, 0, 0, 0, 0, 0]);
    labels.forEach((label, at) => {
      const sum = sums[label]!;
      for (let c = 0; c < 3; c++) sum[c]! += lab[at * 3 + c]!;
      sum[3]! += at % width;
      sum[4]! += Math.floor(at / width);
      sum[5]! += 1;
    });
    sums.forEach((sum, label) => {
      if (sum[5]! === 0) return;
      for (let c = 0; c < 5; c++) centres[label]![c] = sum[c]! / sum[5]!;
    });
  }
  return connected(labels, width, (step * step) / 4);
}

/**
 * Of each label its largest connected part stays, unless fewer pixels than `smallest` have the label; every other
 * pixel joins the nearest part that stays.
 */
function connected(labels: Int32Array, width: number, smallest: number): Superpixels {
  const around = (at: number) => {
    const x = at % width;
    const all = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width];
    return all.filter((next) => next >= 0 && next < labels.length);
  };
  const visited = new Uint8Array(labels.length);
  const parts = new Map<number, { pixels: number; largest: number[] }>();
  for (let start = 0; start < labels.length; start++) {
    if (visited[start] === 1) continue;
    const part = [start];
    visited[start] = 1;
    for (let i = 0; i < part.length; i++) {
      for (const next of around(part[i]!)) {
        if (visited[next] === 1 || labels[next] !== labels[start]) continue;
        visited[next] = 1;
        part.push(next);
      }
    }
    const previous = parts.get(labels[start]!) ?? { pixels: 0, largest: [] };
    const largest = part.length > previous.largest.length ? part : previous.largest;
    parts.set(labels[start]!, { pixels: previous.pixels + part.length, largest });
  }
  const staying = [...parts.values()].filter(({ pixels }) => pixels >= smallest).map(({ largest }) => largest);
  const result = new Int32Array(labels.length).fill(-1);
  // In the order of their first pixels.
  staying
    .sort((a, b) => a[0]! - b[0]!)
    .forEach((part, number) => {
      for (const at of part) result[at] = number;
    });
  const queue = staying.flat();
  for (let i = 0; i < queue.length; i++) {
    for (const next of around(queue[i]!)) {
      if (result[next] !== -1) continue;
      result[next] = result[queue[i]!]!;
      queue.push(next);
    }
  }
  return { labels: result, count: staying.length };
}

/** Each piece's mean colour, count × channels, of an input's values (H×W×C). */
export function meanColours(values: Float32Array, { labels, count }: Superpixels): Float32Array {
  const channels = values.length / labels.length;
  const sums = new Float64Array(count * channels);
  const sizes = new Float64Array(count);
  labels.forEach((label, at) => {
    sizes[label]!++;
    for (let c = 0; c < channels; c++) sums[label * channels + c]! += values[at * channels + c]!;
  });
  return Float32Array.from(sums, (sum, i) => sum / sizes[Math.floor(i / channels)]!);
}

/** CIELAB (D65) of RGB bytes. */
function labColours(pixels: Uint8Array): Float64Array {
  const result = new Float64Array(pixels.length);
  const linear = Float64Array.from({ length: 256 }, (_, i) => {
    const v = i / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const curve = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116);
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [linear[pixels[i]!]!, linear[pixels[i + 1]!]!, linear[pixels[i + 2]!]!];
    const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    result[i] = 116 * y - 16;
    result[i + 1] = 500 * (x - y);
    result[i + 2] = 200 * (y - z);
  }
  return result;
}
