import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css } from './colour';

/** Hairs collected by colour and filled in a few calls: darker ones first, so that the lit ones lie on top. */
export class Fur {
  private readonly batches = new Map<number, { colour: Colour; points: number[] }>();

  /** A tapered hair from (x, y) along (dx, dy), `width` wide at its root; lengths in the context's units. */
  add(x: number, y: number, dx: number, dy: number, width: number, colour: Colour): void {
    const key = (Math.round(colour[0] / 30) << 16) | (Math.round(colour[1] / 40) << 8) | Math.round(colour[2] / 60);
    let batch = this.batches.get(key);
    if (!batch) {
      batch = { colour, points: [] };
      this.batches.set(key, batch);
    }
    const length = Math.hypot(dx, dy) || 1;
    const wx = (-dy / length) * (width / 2);
    const wy = (dx / length) * (width / 2);
    batch.points.push(x + wx, y + wy, x - wx, y - wy, x + dx, y + dy);
  }

  /** Forgets the hairs but not the colours that they share with those to come, which look as if these were there. */
  thin(): void {
    for (const batch of this.batches.values()) batch.points = [];
  }

  /** Draws what was collected and forgets it. */
  paint(context: CanvasRenderingContext2D, alpha = 1): void {
    const brightness = (c: Colour) => c[0] + c[1] + c[2];
    for (const { colour, points } of [...this.batches.values()].sort(
      (a, b) => brightness(a.colour) - brightness(b.colour),
    )) {
      context.fillStyle = css(colour, alpha);
      context.beginPath();
      for (let i = 0; i < points.length; i += 6) {
        context.moveTo(points[i]!, points[i + 1]!);
        context.lineTo(points[i + 2]!, points[i + 3]!);
        context.lineTo(points[i + 4]!, points[i + 5]!);
      }
      context.fill();
    }
    this.batches.clear();
  }
}
