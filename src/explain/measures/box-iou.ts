import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { type Bounds, boundsOf } from './input-mask';
import { largestPiece } from './largest-piece';
import { nothingPositive, placeOutcomes } from './placed';

/** The box of class activation maps: Zhou et al. take what is above a fifth of the maximum, and of it the largest connected piece. */
export const boxIouMeasure = defineMeasure({
  name: 'box-iou',
  title: 'Box IoU',
  question: 'place',
  unit: 'intersection over union',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@inproceedings{zhou2016learning, author = {Zhou, Bolei and Khosla, Aditya and Lapedriza, Agata and Oliva, Aude and Torralba, Antonio},
    title = {Learning Deep Features for Discriminative Localization}, booktitle = {CVPR}, year = {2016}, eprint = {1512.04150}}`,
  formula: String.raw`\frac{|B_M \cap B_O|}{|B_M \cup B_O|}, \quad M(p) > \theta \max_q M(q) \ \text{in} \ B_M`,
  where: String.raw`$B_O$ is the box around the object, $B_M$ the one around the largest connected piece of the pixels above $\theta = 0.2$ of the maximum`,
  sentence:
    'draws a box around the largest connected piece of what is above 20 % of the map’s maximum, and divides its intersection with the box around the object by their union',
  caution:
    'takes the object for what decides, and depends on the threshold: of scattered pixels the piece is tiny wherever it lies, and of even noise the box is the whole input, which fits a large object well; several objects in one mask have one box around them all',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({
    threshold: z
      .number()
      .min(0)
      .lt(1)
      .default(0.2)
      .meta({ description: 'above which values are in the piece', unit: 'share of the map’s maximum' }),
  }),
  measure: async (measured, maps, { threshold }) =>
    placeOutcomes(measured, maps, (values, object) => {
      const { width, height } = object;
      const most = values.reduce((highest, value) => Math.max(highest, value), 0);
      if (most <= 0) return nothingPositive;
      const above = Uint8Array.from(values, (value) => Number(value > threshold * most));
      const box = boundsOf({ mask: largestPiece({ mask: above, width, height }), width, height })!;
      const own = boundsOf(object)!;
      const value = overlap(box, own);
      const whole = overlap({ left: 0, top: 0, right: width - 1, bottom: height - 1 }, own);
      return { value, parts: { hit: Number(value >= 0.5), whole } };
    }),
});

const areaOf = ({ left, top, right, bottom }: Bounds) => Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);

/** Intersection over union of two boxes. */
function overlap(a: Bounds, b: Bounds): number {
  const both = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  return both / (areaOf(a) + areaOf(b) - both);
}
