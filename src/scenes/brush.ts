import { type Canvas, type CanvasRenderingContext2D, createCanvas } from 'canvas';

/** What an animal is painted with, part by part. */
export interface Brush<Part extends string> {
  /** Where the animal stands: scales and shifts are set here, and every part is painted under them. */
  readonly context: CanvasRenderingContext2D;
  /** Where the next strokes of a part go; of a part that is left out, nowhere. */
  on(part: Part): CanvasRenderingContext2D;
  /** Whether every part has layers of its own. */
  readonly layered: boolean;
  /** Whether a part is left out. */
  lacks(part: Part): boolean;
  /** Says that what was painted last belongs to another part inside a path, which `trace` adds. */
  belongs(part: Part, trace: (context: CanvasRenderingContext2D) => void): void;
}

/** A context whose strokes nobody sees. */
const nowhere = (): CanvasRenderingContext2D => createCanvas(1, 1).getContext('2d');

/** Paints all parts onto one picture, but for those that are left out. */
export function pictureBrush<Part extends string>(
  context: CanvasRenderingContext2D,
  without: readonly Part[] = [],
): Brush<Part> {
  const lacks = (part: Part) => without.includes(part);
  return {
    context,
    layered: false,
    lacks,
    on: (part) => (lacks(part) ? nowhere() : context),
    belongs: () => {},
  };
}

/** A layer of one part's strokes, and how much of each pixel they cover (0–255). */
export interface PartLayer<Part extends string> {
  readonly part: Part;
  readonly alpha: Uint8Array;
}

/** Paints every part onto layers of its own, in the order of the strokes. */
export function layerBrush<Part extends string>(
  open: () => Canvas,
  without: readonly Part[] = [],
): Brush<Part> & { readonly layers: () => readonly PartLayer<Part>[] } {
  const main = open();
  const context = main.getContext('2d');
  const painted: { part: Part; canvas: Canvas; regions: { part: Part; canvas: Canvas }[] }[] = [];
  const lacks = (part: Part) => without.includes(part);
  const sheet = () => {
    const canvas = open();
    const layer = canvas.getContext('2d');
    layer.setTransform(context.getTransform());
    return { canvas, layer };
  };
  return {
    context,
    layered: true,
    lacks,
    on: (part) => {
      const { canvas, layer } = sheet();
      if (!lacks(part)) painted.push({ part, canvas, regions: [] });
      return layer;
    },
    belongs: (part, trace) => {
      const { canvas, layer } = sheet();
      layer.beginPath();
      trace(layer);
      layer.fill();
      painted.at(-1)?.regions.push({ part, canvas });
    },
    layers: () =>
      painted.flatMap(({ part, canvas, regions }) => {
        const rest = alphaOf(canvas);
        const others = regions.map((region) => {
          const inside = alphaOf(region.canvas);
          const alpha = rest.map((value, i) => (inside[i]! > 127 ? value : 0));
          alpha.forEach((value, i) => {
            if (value > 0) rest[i] = 0;
          });
          return { part: region.part, alpha };
        });
        return [{ part, alpha: rest }, ...others];
      }),
  };
}

/** How much of each pixel a canvas covers (0–255), row by row. */
export function alphaOf(canvas: Canvas): Uint8Array {
  const raw = canvas.toBuffer('raw');
  const alpha = new Uint8Array(raw.length / 4);
  for (let i = 0; i < alpha.length; i++) alpha[i] = raw[4 * i + 3]!;
  return alpha;
}
