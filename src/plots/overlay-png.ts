import { type Canvas, type CanvasRenderingContext2D, createCanvas, ImageData } from 'canvas';
import sharp from 'sharp';
import type { Attribution } from '../explain/attribution';
import type { CropBox, ImageSample } from '../explain/image/sample';
import { seenPart, seenWords } from '../explain/image/seen';
import { drawColourBar } from './canvas-colour-bar';
import { type ColourScale, colourScale, colourTable, type ScaleOptions } from './colour';
import { canvasOf } from './data-uri';
import type { OverlayLayout } from './overlay-layouts';
import { encodePng, encodePngNow } from './png';
import { methodTitle, optionWords, targetWords, valueUnit } from './words';

/** How an overlay is drawn. */
export interface OverlayPngOptions extends ScaleOptions {
  /** Shorter side of each picture in px. Default: as many as the network sees, at least 320 and at most 448. */
  readonly size?: number;
  /** The whole photo: it is drawn, too, with a frame around what the network sees, where that is not all of it. */
  readonly photo?: ImageSample;
  /** `plain`: only the map over what the network sees of the photo, px by px, without words; the rest is `full`. Default full. */
  readonly layout?: OverlayLayout;
}

/** Shorter side in px of a picture whose photo has fewer. */
const LEAST = 320;
const MARGIN = 20;
const HEADER = 62;
/** Between two lines below the title. */
const LEADING = 20;
const FONT = '"STIX Two Text", "DejaVu Sans", "Liberation Sans", Arial, sans-serif';

/** A PNG for people: the photo, the map over it, a colour bar with values, and a title that says what is explained. */
export async function overlayPng(
  map: Attribution,
  { size = usualSize(map), photo, layout = 'full', ...scaling }: OverlayPngOptions = {},
): Promise<Buffer> {
  if (layout === 'plain') return encodePng(blended(map, colourScale([map], scaling)));
  const part = photo === undefined ? null : seenPart(photo, map.crop);
  const whole = photo === undefined || part === null ? null : { part, ...(await shownWhole(photo, map, size)) };
  return encodePng(pixelsOf(draw(map, colourScale([map], scaling), size, whole)));
}

/** The same at once, without the whole photo: for a map that is not complete, drawn again and again while it grows. */
export function overlayPreview(map: Attribution, size: number): Buffer {
  return encodePngNow(pixelsOf(draw(map, colourScale([map]), size, null)));
}

const usualSize = ({ width, height }: Attribution) => Math.min(448, Math.max(LEAST, Math.min(width, height)));

/** The whole photo as large as it is drawn, or smaller, and the part of it that the network sees, in its px. */
interface Whole {
  readonly picture: Canvas;
  readonly width: number;
  readonly height: number;
  /** Width that is kept free for it. */
  readonly aside: number;
  readonly part: CropBox;
  /** Drawn px of one px of the photo. */
  readonly scale: number;
}

const pictureSize = (map: Attribution, size: number): readonly [number, number] => {
  const enlarge = size / Math.min(map.width, map.height);
  return [Math.round(map.width * enlarge), Math.round(map.height * enlarge)];
};

/** A photo is drawn for every map of it. */
const wholes = new WeakMap<ImageSample, Map<string, Promise<Canvas>>>();

async function shownWhole(photo: ImageSample, map: Attribution, size: number): Promise<Omit<Whole, 'part'>> {
  const [width, height] = pictureSize(map, size);
  const aside = Math.round(Math.min(2 * width, (height * photo.width) / photo.height));
  const scale = Math.min(aside / photo.width, height / photo.height);
  const [across, down] = [photo.width * scale, photo.height * scale];
  const sizes = wholes.get(photo) ?? new Map<string, Promise<Canvas>>();
  wholes.set(photo, sizes);
  const key = `${across} ${down}`;
  const picture = sizes.get(key) ?? shrunk(photo, Math.max(1, Math.round(across)), Math.max(1, Math.round(down)));
  sizes.set(key, picture);
  return { picture: await picture, width: across, height: down, aside, scale };
}

/** By sharp, in a thread of its own: a photo may have many megapixels. What is smaller than it is drawn stays as it is. */
async function shrunk(photo: ImageSample, width: number, height: number): Promise<Canvas> {
  if (photo.width <= width && photo.height <= height) return canvasOf(photo);
  const raw = { width: photo.width, height: photo.height, channels: 3 } as const;
  const pixels = await sharp(photo.pixels, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return canvasOf({ pixels, width, height });
}

function draw(map: Attribution, scale: ColourScale, size: number, whole: Whole | null): Canvas {
  const [width, height] = pictureSize(map, size);
  const start = whole === null ? MARGIN : 2 * MARGIN + whole.aside;
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
  if (whole !== null) drawWhole(context, whole, top + (height - whole.height) / 2);
  context.drawImage(photo, start, top, width, height);
  const left = start + MARGIN + width;
  context.drawImage(photo, left, top, width, height);
  context.drawImage(mapCanvas(map, scale), left, top, width, height);
  drawColourBar(context, scale, { unit: valueUnit(map), font: FONT, left: left + width + MARGIN, top, height });
  return canvas;
}

/** The whole photo, pale where the network does not look, with a frame around the rest. */
function drawWhole(context: CanvasRenderingContext2D, { picture, width, height, part, scale }: Whole, y: number): void {
  const x = MARGIN;
  const frame = [x + part.x * scale, y + part.y * scale, part.width * scale, part.height * scale] as const;
  context.drawImage(picture, x, y, width, height);
  context.fillStyle = 'rgba(255, 255, 255, 0.65)';
  context.fillRect(x, y, width, height);
  context.save();
  context.beginPath();
  context.rect(...frame);
  context.clip();
  context.drawImage(picture, x, y, width, height);
  context.restore();
  context.strokeStyle = '#b5367a';
  context.lineWidth = 2;
  context.strokeRect(...frame);
}

/** The map over its photo, as large as it is. */
function blended({ input, values, width, height }: Attribution, scale: ColourScale) {
  const pixels = new Uint8ClampedArray(input.pixels);
  const { colours, place } = colourTable(scale);
  for (let i = 0, to = 0; i < values.length; i++) {
    const from = place(values[i]!);
    const opacity = colours[from + 3]! / 255;
    for (let c = 0; c < 3; c++, to++) pixels[to]! += opacity * (colours[from + c]! - pixels[to]!);
  }
  return { pixels: new Uint8Array(pixels.buffer), width, height };
}

function mapCanvas({ values, width, height }: Attribution, scale: ColourScale) {
  const canvas = createCanvas(width, height);
  const rgba = new Uint8ClampedArray(width * height * 4);
  const { colours, place } = colourTable(scale);
  for (let i = 0, to = 0; i < values.length; i++) {
    const from = place(values[i]!);
    for (let c = 0; c < 4; c++, to++) rgba[to] = colours[from + c]!;
  }
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

/** What an opaque canvas holds. */
const pixelsOf = (canvas: Canvas) =>
  ({ pixels: canvas.toBuffer('raw'), width: canvas.width, height: canvas.height, order: 'bgra' }) as const;

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
  if (context.measureText(words).width <= room) return [words];
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
