import { z } from 'zod';
import { seededRandom, shuffled } from '../random';
import { defineMeasure, type MeasureCase } from './define-measure';
import { remakeEach } from './remake-each';
import { similarities, similarityOptions, similarityTo } from './similarity/map-similarity';
import { meanOf, tooSmall } from './similarity-steps';

const schema = z.strictObject({
  ...similarityOptions,
  others: z
    .int()
    .min(1)
    .default(5)
    .meta({ description: 'other classes, drawn by chance; all where there are no more' }),
});

export const randomClassMeasure = defineMeasure({
  name: 'random-class',
  title: 'Similarity to other classes',
  question: 'about',
  unit: 'correlation',
  better: 'lower',
  bounds: [-1, 1],
  bibtex: `@inproceedings{sixt2020when, author = {Sixt, Leon and Granz, Maximilian and Landgraf, Tim},
    title = {When Explanations Lie: Why Many Modified BP Attributions Fail}, booktitle = {ICML}, year = {2020}, eprint = {1912.09818}}`,
  formula: String.raw`\frac{1}{k} \sum_{i=1}^{k} \rho\bigl( M_c, M_{c_i} \bigr)`,
  where: String.raw`$c_1, \dots, c_k$ are other classes than the target $c$, and $\rho$ is Spearman’s rank correlation of the pixels`,
  sentence: 'averages how alike the map is to the same method’s maps of other classes',
  caution:
    'counts a shared map against a method even where two classes rightly share what decides, and unsigned maps hide that evidence for one is evidence against another: of two classes a true unsigned map has about 1',
  needs: ['remake'],
  cost: 'one more map for each of 5 classes',
  schema,
  measure: async (measured, maps, { similarity, others }, run) => {
    const reason = withoutOthers(measured);
    if (reason !== null) return maps.map(() => ({ value: null, notes: [reason] }));
    const { input, network } = measured.look;
    const { height, width } = input;
    const all = network.classes.map((_, i) => i).filter((i) => i !== measured.target.index);
    const changes = shuffled(all, seededRandom(measured.seed))
      .slice(0, others)
      .map((target) => ({ target }));
    const otherMaps = await remakeEach('random-class', maps, changes, run);
    return maps.map(({ values }, i) => {
      const alike = otherMaps[i]!.map(similarityTo(values, { height, width, absolute: false }));
      if (alike[0]![similarity] === undefined) return tooSmall(similarity, height, width);
      const names = similarities.filter((name) => alike[0]![name] !== undefined);
      return {
        value: meanOf(alike, similarity),
        parts: { ...Object.fromEntries(names.map((name) => [name, meanOf(alike, name)])), classes: alike.length },
      };
    });
  },
});

/** Why there is no other class to compare with; null where there is one. */
function withoutOthers({ look: { network }, target }: MeasureCase): string | null {
  if (target.kind !== 'class') return `${target.label} is not one class: no other one stands beside it`;
  if (network.output === 'sigmoid')
    return 'the other class of a network with one logit is the same logit with the other sign';
  if (network.classes.length < 2) return 'the network has one output: there is no other class';
  return null;
}
