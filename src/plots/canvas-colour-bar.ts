import type { CanvasRenderingContext2D } from 'canvas';
import { type ColourScale, colourTable, endText, onWhite } from './colour';
import { readableTogether } from './describe-map';

/** Where a bar stands on its canvas, in px. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly height: number;
}

/** Draws a scale from top to bottom, with round values at their places and the unit along it: 84 px wide. */
export function drawColourBar(
  context: CanvasRenderingContext2D,
  scale: ColourScale,
  { unit, font, left, top, height }: Place & { readonly unit: string; readonly font: string },
): void {
  const { minimum, maximum } = scale;
  const { colours, place: placeOf } = colourTable(scale);
  for (let y = 0; y < height; y++) {
    const from = placeOf(maximum - ((maximum - minimum) * (y + 0.5)) / height);
    const [r, g, b, a] = colours.subarray(from, from + 4);
    context.fillStyle = onWhite([r!, g!, b!, a! / 255]);
    context.fillRect(left, top + y, 14, 1);
  }
  context.fillStyle = '#333';
  context.font = `12px ${font}`;
  context.textBaseline = 'middle';
  context.strokeStyle = '#999';
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, 13, height - 1);
  const values = roundValues(minimum, maximum);
  const texts = readableTogether(values);
  for (const [i, value] of values.entries()) {
    const place = top + height * (1 - (value - minimum) / (maximum - minimum));
    const y = Math.min(top + height - 6, Math.max(top + 6, place));
    context.fillText(endText(scale, value, texts[i]!), left + 20, y);
  }
  context.save();
  context.translate(left + 84, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(unit, 0, 0);
  context.restore();
}

/** The ends of a range, and round values between them that keep a distance from the ends. */
function roundValues(minimum: number, maximum: number): number[] {
  const range = maximum - minimum;
  const power = 10 ** Math.floor(Math.log10(range / 3));
  const step = power * ([1, 2, 5, 10].find((factor) => range / (power * factor) <= 5) ?? 10);
  const between: number[] = [];
  for (let i = Math.ceil(minimum / step); i * step < maximum; i++) {
    const value = Number((i * step).toPrecision(6));
    if (value - minimum > 0.06 * range && maximum - value > 0.06 * range) between.push(value);
  }
  return [minimum, ...between, maximum];
}
