import { area } from './area';
import { defineMeasure } from './define-measure';
import { effectNote, openRemovalRun, removalSchema } from './removal-run';

export const petsiuk2018 = `@inproceedings{petsiuk2018rise, author = {Petsiuk, Vitali and Das, Abir and Saenko, Kate},
    title = {RISE: Randomized Input Sampling for Explanation of Black-Box Models}, booktitle = {BMVC}, year = {2018}, eprint = {1806.07421}}`;

/**
 * Area under the target’s probability (its logit where it has none) as pixels go, the map’s highest first (Petsiuk, Das and
 * Saenko 2018, arXiv:1806.07421). Equal pixels go in a seeded random order. `step: 224, fill: 'zero'` is the definition of
 * RISE’s code on 224 px. Parts: the score of the photo, of random halves of it, and of the fill alone.
 */
export const deletionMeasure = defineMeasure({
  name: 'deletion',
  title: 'Deletion',
  question: 'follows',
  unit: 'mean probability',
  better: 'lower',
  bibtex: petsiuk2018,
  formula: String.raw`\int_0^1 P\bigl(c \mid I \text{ without } M_{(1)} \dots M_{(\lfloor s n \rfloor)}\bigr)\, ds`,
  where: '$M_{(1)}, M_{(2)}, \\dots$ are the $n$ pixels from the highest value of the map to the lowest',
  sentence: 'removes pixels, those that the map ranks highest first, and takes the area under the probability',
  caution:
    'rewards whatever breaks the picture fastest: scattered pixels and the fill’s own outlines take the network out of what it knows, and a low area may say no more; only ranks of maps under one fill can be compared',
  needs: [],
  cost: '49 forward passes a map, and 5 a photo',
  schema: removalSchema('black'),
  measure: async (measured, maps, options, run) => {
    const removal = await openRemovalRun(measured, 'deletion', options, run);
    const outcomes = [];
    for (const { values } of maps) {
      const curve = await removal.curve(values, 'highest');
      const notes = [effectNote(removal.effect, measured.target)];
      outcomes.push({ value: area(curve.x, curve.y), curve, parts: { ...removal.effect }, notes });
    }
    return outcomes;
  },
});
