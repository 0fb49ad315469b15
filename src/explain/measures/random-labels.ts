import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { adebayo2018 } from './randomisation';
import { remakeEach } from './remake-each';
import { similarities, similarityOptions, similarityTo } from './similarity/map-similarity';
import { tooSmall } from './similarity-steps';

const schema = z.strictObject({ ...similarityOptions });

export const randomLabelsMeasure = defineMeasure({
  name: 'random-labels',
  title: 'Random labels',
  question: 'about',
  unit: 'correlation',
  better: 'lower',
  bounds: [-1, 1],
  bibtex: adebayo2018,
  formula: String.raw`\rho\bigl( \lvert M_f \rvert, \lvert M_{f'} \rvert \bigr)`,
  where: String.raw`$f'$ is the same network trained on the same kind of photos with their labels shuffled, and $\rho$ is Spearman’s rank correlation of the pixels`,
  sentence:
    'compares the map with the same method’s map of a twin of the network that was trained on shuffled labels, and so cannot know what makes a class',
  caution:
    'says something by a high value alone: the map then shows what any training on such photos gives, or the photo itself; a low one is no sign of truth, since noise has 0 too. It is of one twin, and of how far that learnt its photos by heart',
  needs: ['remake', 'twin'],
  cost: 'one more map',
  schema,
  measure: async ({ look: { input }, twin }, maps, { similarity }, run) => {
    const { height, width } = input;
    const others = await remakeEach('random-labels', maps, [{ network: twin! }], run);
    return maps.map(({ values }, i) => {
      const alike = similarityTo(values, { height, width, absolute: true })(others[i]![0]!);
      if (alike[similarity] === undefined) return tooSmall(similarity, height, width);
      const parts = Object.fromEntries(similarities.flatMap((name) => (name in alike ? [[name, alike[name]!]] : [])));
      return { value: alike[similarity], parts };
    });
  },
});
