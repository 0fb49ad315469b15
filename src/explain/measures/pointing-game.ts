import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { areaShare, hits, pointingTolerance, reachOf } from './input-mask';
import { localPeaks } from './peaks';
import { nothingPositive, placeOutcomes } from './placed';

/**
 * The tolerance is the one of Fong et al. (2019, arXiv:1910.08485), 15 px at 224. They point at the first of equal
 * maxima, which lies in a plateau's upper left corner, and Quantus at all of them at once, which makes an even map a
 * sure hit: here the middle of the plateau is the point.
 */
export const pointingGameMeasure = defineMeasure({
  name: 'pointing-game',
  title: 'Pointing game',
  question: 'place',
  unit: 'hit (1) or miss (0)',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@article{zhang2018topdown, author = {Zhang, Jianming and Bargal, Sarah Adel and Lin, Zhe and Brandt, Jonathan and Shen, Xiaohui and Sclaroff, Stan},
    title = {Top-Down Neural Attention by Excitation Backprop}, journal = {International Journal of Computer Vision},
    volume = {126}, pages = {1084--1102}, year = {2018}, doi = {10.1007/s11263-017-1059-x}}`,
  formula: String.raw`\left[\, \min_{q \in O} \lVert \hat{p} - q \rVert \le r \,\right], \quad \hat{p} = \arg\max_p M(p)`,
  where: String.raw`$O$ is the object, $\hat{p}$ the middle of the pixels that share the maximum, and $r$ 15 px at a width of 224`,
  sentence:
    'tells whether the map’s highest point lies in the object, or no further from it than 15 px at a width of 224',
  caution:
    'reads one pixel of the map and takes the object for what decides: of a network that looks elsewhere a true map misses, and the middle of the photo hits often, for that is where photographers put the object',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (measured, maps) => {
    const { width, height } = measured.look.input;
    const tolerance = pointingTolerance(width);
    const chance = areaShare(reachOf({ mask: measured.mask!, width, height }, tolerance));
    return placeOutcomes(measured, maps, (values, object) => {
      const [peak] = localPeaks({ values, width, height }, 1);
      if (peak === undefined) return nothingPositive;
      const at = (x: number, y: number) => Number(hits(object, x, y, tolerance));
      return { value: at(peak.x, peak.y), parts: { chance, centre: at((width - 1) / 2, (height - 1) / 2) } };
    });
  },
});
