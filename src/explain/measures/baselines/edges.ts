import { luma } from '../../image/preprocessing';
import type { RgbImage } from '../../image/resize';
import { defineBaseline, noOptions } from './define-baseline';

export const edgesBaseline = defineBaseline({
  name: 'edges',
  title: 'Edges',
  knows: 'photo',
  sentence: 'is the magnitude of the Sobel gradient of the input in grey',
  caution: 'knows the picture and no network: a map that is no better may be an edge detector',
  schema: noOptions,
  values: ({ look }) => ({ values: sobelMagnitude(look.input.image) }),
});

/** √((h² + v²) / 2) of both Sobel filters of the luma from 0 to 1, weights 1 2 1 over 4, the border repeated: as scikit-image's. */
function sobelMagnitude({ pixels, width, height }: RgbImage): Float32Array {
  const grey = Float32Array.from({ length: width * height }, (_, i) =>
    luma(pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!),
  );
  const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));
  return grey.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const at = (dx: number, dy: number) => grey[within(y + dy, height) * width + within(x + dx, width)]!;
    const across = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
    const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
    return Math.sqrt((across ** 2 + down ** 2) / 2) / (4 * 255);
  });
}
