import { defineBaseline, noOptions } from './define-baseline';

/** A Gaussian at the middle, of a quarter of the shorter side as standard deviation. */
export function centreBlob(width: number, height: number): Float32Array {
  const deviation = Math.min(width, height) / 4;
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) - (width - 1) / 2, Math.floor(i / width) - (height - 1) / 2];
    return Math.exp(-(x ** 2 + y ** 2) / (2 * deviation ** 2));
  });
}

export const centreBaseline = defineBaseline({
  name: 'centre',
  title: 'Centre blob',
  knows: 'nothing',
  sentence: 'is a Gaussian at the middle of the input, of a quarter of its shorter side as standard deviation',
  caution: 'knows where photographers put the object: a map that points no better may know no more',
  schema: noOptions,
  values: ({ look }) => ({ values: centreBlob(look.input.width, look.input.height) }),
});
