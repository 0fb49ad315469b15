import type { ImageSample } from '../explain/image/sample';
import type { Figure } from './figure';
import { baseLayout, fontSize, photoBehind, pictureAxes } from './layout';

/** A picture alone; alt and caption are the caller's, who knows what it shows. */
export function photoFigure(
  image: ImageSample,
  { alt, caption, width = 340 }: { readonly alt: string; readonly caption: string; readonly width?: number },
): Figure {
  const margin = 4;
  return {
    data: [{ type: 'scatter', x: [], y: [] }],
    layout: {
      ...baseLayout(fontSize(width)),
      margin: { l: margin, r: margin, t: margin, b: margin },
      width,
      height: Math.round((width - 2 * margin) * (image.height / image.width) + 2 * margin),
      images: [photoBehind(image)],
      ...pictureAxes(image),
    },
    alt,
    caption,
  };
}
