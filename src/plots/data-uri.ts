import { createCanvas, ImageData } from 'canvas';
import type { ImageSample } from '../explain/image/sample';

/** Draws a picture onto a canvas of its own size. */
export function canvasOf({ pixels, width, height }: Pick<ImageSample, 'pixels' | 'width' | 'height'>) {
  const canvas = createCanvas(width, height);
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = pixels[i * 3 + c]!;
  }
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

/** A figure shows one picture in several panels, and a watched page is made again and again. */
const uris = new WeakMap<object, string>();

/** A picture as a PNG data URI; the same picture gives the same text. */
export function dataUri(image: Pick<ImageSample, 'pixels' | 'width' | 'height'>): string {
  const uri = uris.get(image) ?? canvasOf(image).toDataURL('image/png');
  uris.set(image, uri);
  return uri;
}
