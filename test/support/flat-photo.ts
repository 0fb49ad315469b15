import type { ImageSample } from '../../src/explain/image/sample';

/** A photo whose pixels are a function of their place: RGB bytes. */
export function flatPhoto(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): ImageSample {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(colour(x, y), 3 * (y * width + x));
  }
  return { pixels, width, height, sha256: 'flat', source: 'flat' };
}
