import type { CropBox } from './sample';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a photo that lies in a crop, in whole photo px; null where that is all of it. */
export function seenPart(photo: Size, crop: CropBox): CropBox | null {
  const between = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  const x = between(crop.x, photo.width);
  const y = between(crop.y, photo.height);
  const width = between(crop.x + crop.width, photo.width) - x;
  const height = between(crop.y + crop.height, photo.height) - y;
  return width === photo.width && height === photo.height ? null : { x, y, width, height };
}

/** `sees the middle 100×100 of 300×100` (width × height); null where a network sees the whole photo. */
export function seenWords(photo: Size, crop: CropBox): string | null {
  const part = seenPart(photo, crop);
  return part && `sees the middle ${part.width}×${part.height} of ${photo.width}×${photo.height}`;
}
