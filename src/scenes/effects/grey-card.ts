import type { CanvasRenderingContext2D } from 'canvas';

/** Grey of the card before exposure, 0–255. */
export const cardGrey = 90;
/** Side of the card, as a share of the picture's shorter side. */
export const cardSide = 0.14;

/** A plain grey square. */
export function paintGreyCard(context: CanvasRenderingContext2D): void {
  context.fillStyle = `rgb(${cardGrey},${cardGrey},${cardGrey})`;
  context.fillRect(0, 0, 1, 1);
}
