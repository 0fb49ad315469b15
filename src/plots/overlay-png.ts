import { type CanvasRenderingContext2D, createCanvas, ImageData } from 'canvas';
import type { Attribution } from '../explain/attribution';
import type { CropBox, ImageSample } from '../explain/image/sample';
import { seenPart, seenWords } from '../explain/image/seen';
import { type ColourScale, colourScale, endText, onWhite, type ScaleOptions } from './colour';
import { canvasOf } from './data-uri';
import { readableTogether } from './describe-map';
import { methodTitle, optionWords, targetWords, valueUnit } from './words';

/** How an overlay is drawn. */
export interface OverlayPngOptions extends ScaleOptions {
  /** Shorter side of each picture in px. Default 448. */
  readonly size?: number;
  /** The whole photo: it is drawn, too, with a frame around what the network sees, where that is not all of it. */
  readonly photo?: ImageSample;
}

const MARGIN = 20;
const HEADER = 62;
/** Between two lines below the title. */
const LEADING = 20;
const FONT = '"STIX Two Text", "DejaVu Sans", "Liberation Sans", Arial, sans-serif';

/** A PNG for people: the photo, the map over it, a colour bar with values, and a title that says what is explained. */
export function overlayPng(map: Attribution, { size = 448, photo: whole, ...scaling }: OverlayPngOptions = {}): Buffer {
  const enlarge = size / Math.min(map.width, map.height);
  const [width, height] = [Math.round(map.width * enlarge), Math.round(map.height * enlarge)];
  const scale = colourScale([map], scaling);
  const framed = whole === undefined ? null : seenPart(whole, map.crop);
  const aside = framed === null ? 0 : Math.round(Math.min(2 * width, (height * whole!.width) / whole!.height));
  const start = framed === null ? MARGIN : 2 * MARGIN + aside;
  const across = start + 2 * width + 3 * MARGIN + 88;
  const lines = linesBelowTitle(map, across - 2 * MARGIN);
  const header = HEADER + LEADING * (lines.length - 1);
  const canvas = createCanvas(across, height + header + 2 * MARGIN);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const top = header + MARGIN / 2;
  title(context, map, lines, canvas.width - 2 * MARGIN);
  const photo = canvasOf(map.input);
  context.imageSmoothingEnabled = true;
  if (framed !== null) drawWhole(context, whole!, framed, { top, width: aside, height });
  context.drawImage(photo, start, top, width, height);
  const left = start + MARGIN + width;
  context.drawImage(photo, left, top, width, height);
  context.drawImage(mapCanvas(map, scale), left, top, width, height);
  colourBar(context, scale, valueUnit(map), { left: left + width + MARGIN, top, height });
  return canvas.toBuffer('image/png');
}

/** The whole photo, pale where the network does not look, with a frame around the rest. */
function drawWhole(
  context: CanvasRenderingContext2D,
  whole: ImageSample,
  part: CropBox,
  { top, width, height }: { readonly top: number; readonly width: number; readonly height: number },
): void {
  const scale = Math.min(width / whole.width, height / whole.height);
  const [across, down] = [whole.width * scale, whole.height * scale];
  const [x, y] = [MARGIN, top + (height - down) / 2];
  const frame = [x + part.x * scale, y + part.y * scale, part.width * scale, part.height * scale] as const;
  const picture = canvasOf(whole);
  context.drawImage(picture, x, y, across, down);
  context.fillStyle = 'rgba(255, 255, 255, 0.65)';
  context.fillRect(x, y, across, down);
  context.drawImage(picture, part.x, part.y, part.width, part.height, ...frame);
  context.strokeStyle = '#b5367a';
  context.lineWidth = 2;
  context.strokeRect(...frame);
}

function mapCanvas({ values, width, height }: Attribution, scale: ColourScale) {
  const canvas = createCanvas(width, height);
  const rgba = new Uint8ClampedArray(width * height * 4);
  values.forEach((value, i) => {
    const [r, g, b, a] = scale.colour(value);
    rgba.set([r, g, b, a * 255], i * 4);
  });
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

/** Photo, network, options and notes, in as many lines as they need: a note may be the error of the map. */
function linesBelowTitle(map: Attribution, room: number): string[] {
  const context = createCanvas(1, 1).getContext('2d');
  context.font = `14px ${FONT}`;
  const sees = seenWords(map.photo, map.crop);
  const parts = [
    map.photo.source,
    map.network.title,
    optionWords(map).replace(/^, /, ''),
    ...(sees === null ? [] : [sees]),
    ...map.notes,
  ];
  const words = parts.filter((part) => part !== '').join('\u00a0\u00a0·\u00a0 ');
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function title(context: CanvasRenderingContext2D, map: Attribution, lines: readonly string[], room: number): void {
  context.textBaseline = 'alphabetic';
  context.fillStyle = '#1d1d22';
  context.font = `bold 20px ${FONT}`;
  context.fillText(fitted(context, `${methodTitle(map)} — ${targetWords(map)}`, room), MARGIN, 32);
  context.fillStyle = '#66666f';
  context.font = `14px ${FONT}`;
  lines.forEach((line, i) => {
    context.fillText(fitted(context, line, room), MARGIN, 54 + LEADING * i);
  });
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let shorter = text;
  while (shorter.length > 1 && context.measureText(`${shorter}…`).width > room) shorter = shorter.slice(0, -1);
  return `${shorter}…`;
}

function colourBar(
  context: CanvasRenderingContext2D,
  scale: ColourScale,
  unit: string,
  { left, top, height }: { left: number; top: number; height: number },
): void {
  const { minimum, maximum, colour } = scale;
  for (let y = 0; y < height; y++) {
    context.fillStyle = onWhite(colour(maximum - ((maximum - minimum) * (y + 0.5)) / height));
    context.fillRect(left, top + y, 14, 1);
  }
  context.fillStyle = '#333';
  context.font = `12px ${FONT}`;
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
