import { type Canvas, type CanvasRenderingContext2D, createCanvas } from 'canvas';
import { type Colour, mix, shade } from './colour';
import { Fur } from './fur';
import { Random } from './random';

const cache = new Map<string, Canvas>();

/** A picture drawn once a process and used many times; `scale` px a unit. */
function texture(
  name: string,
  width: number,
  height: number,
  scale: number,
  paint: (context: CanvasRenderingContext2D, random: Random) => void,
): Canvas {
  let canvas = cache.get(name);
  if (!canvas) {
    canvas = createCanvas(Math.round(width * scale), Math.round(height * scale));
    const context = canvas.getContext('2d');
    context.scale(scale, scale);
    let seed = 7;
    // The part after the last hyphen is the scale: the same blades at every size.
    for (const letter of name.slice(0, name.lastIndexOf('-')))
      seed = Math.imul(seed ^ letter.charCodeAt(0), 0x01000193);
    paint(context, new Random(seed));
    cache.set(name, canvas);
  }
  return canvas;
}

/** Colours of a meadow: roots, blades, tips in the light. */
export interface BladeColours {
  readonly root: Colour;
  readonly blade: Colour;
  readonly tip: Colour;
}

/** A strip of grass, 2 units wide and 0.25 high, rooted at its lower edge, about as fine as it will be drawn. */
function strip(context: CanvasRenderingContext2D, name: string, colours: BladeColours, thin: number): Canvas {
  const scale = Math.max(32, Math.abs(context.getTransform().a) * 0.6);
  return texture(`blades-${name}-${thin}-${scale}`, 2, 0.25, scale, (context, random) => {
    const fur = new Fur();
    for (let i = 0; i < 620 * thin; i++) {
      const height = random.range(0.07, 0.22) * (random.chance(0.15) ? 1.1 : 0.8);
      const t = random.next();
      const colour =
        t < 0.4 ? mix(colours.root, colours.blade, t / 0.4) : mix(colours.blade, colours.tip, (t - 0.4) / 0.6);
      fur.add(
        random.range(0.02, 1.98),
        0.252,
        random.range(-0.05, 0.05),
        -height,
        random.range(0.006, 0.013),
        shade(colour, random.range(0.85, 1.08)),
      );
    }
    fur.paint(context);
  });
}

/** Draws rows of grass from `top` (far, small) to `bottom` (near, large), over the width of the picture. */
export function paintBlades(
  context: CanvasRenderingContext2D,
  name: string,
  colours: BladeColours,
  area: {
    readonly width: number;
    readonly top: number;
    readonly bottom: number;
    readonly far: number;
    readonly near: number;
    readonly rows: number;
    readonly thin?: number;
  },
  random: Random,
): void {
  const canvas = strip(context, name, colours, area.thin ?? 1);
  for (let row = 0; row < area.rows; row++) {
    const f = area.rows === 1 ? 1 : row / (area.rows - 1);
    const y = area.top + (area.bottom - area.top) * f ** 1.3 + random.range(-0.006, 0.006);
    paintStrip(context, canvas, 0, area.width, y, area.far + (area.near - area.far) * f, random);
  }
}

/** A short piece of the same grass in front of what stands at `y`, from `left` to `right`. */
export function paintTuft(
  context: CanvasRenderingContext2D,
  name: string,
  colours: BladeColours,
  left: number,
  right: number,
  y: number,
  height: number,
  random: Random,
): void {
  paintStrip(context, strip(context, name, colours, 0.5), left, right, y, height, random);
}

function paintStrip(
  context: CanvasRenderingContext2D,
  canvas: Canvas,
  left: number,
  right: number,
  y: number,
  height: number,
  random: Random,
): void {
  // 0.25 units of the strip become `height`; the width follows, so that blades keep their slant.
  const unitsWide = Math.min(1.9, ((right - left) * 0.25) / height);
  const scale = canvas.width / 2;
  const from = random.range(0, 2 - unitsWide) * scale;
  context.save();
  context.patternQuality = 'bilinear';
  if (random.chance(0.5)) {
    context.translate(left + right, 0);
    context.scale(-1, 1);
  }
  context.drawImage(canvas, from, 0, unitsWide * scale, canvas.height, left, y - height, right - left, height);
  context.restore();
}
