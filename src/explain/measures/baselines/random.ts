import { seededRandom } from '../../random';
import { defineBaseline, noOptions } from './define-baseline';

export const randomBaseline = defineBaseline({
  name: 'random',
  title: 'Random pixels',
  knows: 'nothing',
  sentence: 'draws a value from 0 to 1 for each pixel by lot',
  caution: 'its values change from pixel to pixel as no smooth map’s do: beside those, random cells are the fairer lot',
  schema: noOptions,
  values: ({ look }, _, seed) => {
    const random = seededRandom(seed);
    return { values: Float32Array.from({ length: look.input.height * look.input.width }, () => random()) };
  },
});
