import { seededRandom } from '../../random';
import { upsampleBilinear } from '../../upsample';
import { defineBaseline, noOptions } from './define-baseline';

/** Cells along each axis: as many as the last layer of a residual network has at 224 px. */
const CELLS = 7;

export const randomCoarseBaseline = defineBaseline({
  name: 'random-coarse',
  title: 'Random cells',
  knows: 'nothing',
  sentence: `draws a value from 0 to 1 for each of ${CELLS} × ${CELLS} cells by lot and upsamples them bilinearly`,
  caution: 'is as smooth as a class activation map: what one gains over random pixels alone may be its smoothness',
  schema: noOptions,
  values: ({ look }, _, seed) => {
    const random = seededRandom(seed);
    const cells = Float32Array.from({ length: CELLS ** 2 }, () => random());
    return { values: upsampleBilinear(cells, CELLS, CELLS, look.input.height, look.input.width) };
  },
});
