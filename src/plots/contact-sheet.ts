import { type CanvasRenderingContext2D, createCanvas } from 'canvas';
import type { ImageSample } from '../explain/image/sample';
import { canvasOf } from './data-uri';

/** A picture with up to two lines below it. */
export interface Tile {
  readonly image: Pick<ImageSample, 'pixels' | 'width' | 'height'>;
  readonly lines: readonly string[];
}

const MARGIN = 14;
const LINE = 17;
const FONT = '"DejaVu Sans", "Liberation Sans", Arial, sans-serif';

/** A PNG with pictures side by side, each fitted into a square of `side` px. */
export function contactSheet(tiles: readonly Tile[], title: string, { side = 180, columns = 6 } = {}): Buffer {
  const across = Math.max(1, Math.min(columns, tiles.length));
  const rows = Math.ceil(tiles.length / across);
  const height = side + 2 * LINE + MARGIN;
  const canvas = createCanvas(Math.max(420, MARGIN + across * (side + MARGIN)), 2 * MARGIN + 20 + rows * height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#1d1d22';
  context.font = `bold 16px ${FONT}`;
  context.fillText(title, MARGIN, MARGIN + 14, canvas.width - 2 * MARGIN);
  tiles.forEach((tile, i) => {
    const left = MARGIN + (i % across) * (side + MARGIN);
    drawTile(context, tile, left, 2 * MARGIN + 20 + Math.floor(i / across) * height, side);
  });
  return canvas.toBuffer('image/png');
}

function drawTile(
  context: CanvasRenderingContext2D,
  { image, lines }: Tile,
  left: number,
  top: number,
  side: number,
): void {
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  context.drawImage(canvasOf(image), left + (side - width) / 2, top + (side - height) / 2, width, height);
  context.fillStyle = '#44444c';
  context.font = `12px ${FONT}`;
  lines.slice(0, 2).forEach((line, i) => {
    context.fillText(line, left, top + side + (i + 1) * LINE - 2, side);
  });
}
