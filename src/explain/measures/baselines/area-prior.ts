import { defineBaseline, noOptions } from './define-baseline';

export const areaPriorBaseline = defineBaseline({
  name: 'area-prior',
  title: 'Mean object',
  knows: 'set',
  sentence: 'is the share of other photos in whose object a pixel lies',
  caution: 'knows where objects of the set are, and nothing of this photo: a map that is no better may know no more',
  schema: noOptions,
  values: ({ masks }) => {
    if (!masks || masks.length === 0) return null;
    const values = new Float32Array(masks[0]!.length);
    for (const mask of masks) {
      mask.forEach((inside, i) => {
        values[i]! += Number(inside !== 0);
      });
    }
    return { values: values.map((count) => count / masks.length) };
  },
});
