import { type CanvasRenderingContext2D, createCanvas } from 'canvas';
import type { Corner } from './effect';

/** What was laid over a picture. */
interface Stamp {
  readonly pixels: Uint8Array;
  /** H×W, 0–1: how much of each pixel the shape covers, however transparent it is. */
  readonly cover: Float32Array;
}

/**
 * Lays a shape over RGB bytes, in a corner.
 * @param side the shape's side as a share of the picture's shorter side; `paint` draws it in a square of side 1.
 * @param opacity 0–1
 */
export function stamp(
  pixels: Uint8Array,
  size: { readonly width: number; readonly height: number },
  corner: Corner,
  side: number,
  opacity: number,
  paint: (context: CanvasRenderingContext2D) => void,
): Stamp {
  const { width, height } = size;
  const unit = Math.min(width, height);
  const margin = 0.03;
  const layer = createCanvas(width, height);
  const context = layer.getContext('2d');
  const x = corner.endsWith('left') ? margin * unit : width - (margin + side) * unit;
  const y = corner.startsWith('top') ? margin * unit : height - (margin + side) * unit;
  context.translate(x, y);
  context.scale(side * unit, side * unit);
  paint(context);
  // Blue, green, red, alpha; the colours are multiplied by alpha already.
  const raw = layer.toBuffer('raw');
  const result = Uint8Array.from(pixels);
  const cover = new Float32Array(width * height);
  for (let i = 0; i < cover.length; i++) {
    const alpha = raw[4 * i + 3]! / 255;
    if (alpha === 0) continue;
    cover[i] = alpha;
    for (let c = 0; c < 3; c++)
      result[3 * i + c] = Math.round(pixels[3 * i + c]! * (1 - opacity * alpha) + opacity * raw[4 * i + 2 - c]!);
  }
  return { pixels: result, cover };
}
