import { area } from './area';
import { defineMeasure } from './define-measure';
import { petsiuk2018 } from './deletion';
import { effectNote, openRemovalRun, removalSchema } from './removal-run';

/**
 * Area under the target’s probability (its logit where it has none) as pixels come back into a filled picture, the map’s
 * highest first (Petsiuk, Das and Saenko 2018, arXiv:1806.07421): the curve of removing the lowest first, read from its
 * end. Equal pixels come in a seeded random order. `step: 224, fill: 'rise-blur'` is the definition of RISE’s code on 224 px.
 * Parts: the score of the photo, of random halves of it, and of the fill alone.
 */
export const insertionMeasure = defineMeasure({
  name: 'insertion',
  title: 'Insertion',
  question: 'follows',
  unit: 'mean probability',
  better: 'higher',
  bibtex: petsiuk2018,
  formula: String.raw`\int_0^1 P\bigl(c \mid F \text{ with } M_{(1)} \dots M_{(\lfloor s n \rfloor)} \text{ of } I\bigr)\, ds`,
  where:
    '$M_{(1)}, M_{(2)}, \\dots$ are the $n$ pixels from the highest value of the map to the lowest, and $F$ is the filled picture',
  sentence:
    'lets pixels of the photo back into a filled picture, those that the map ranks highest first, and takes the area under the probability',
  caution:
    'rewards maps of whole, compact pieces, which look like a photo, over scattered pixels; under a weak blur the network knows the class from the start; only ranks of maps under one fill can be compared',
  needs: [],
  cost: '49 forward passes a map, and 5 a photo',
  schema: removalSchema('blur'),
  measure: async (measured, maps, options, run) => {
    const removal = await openRemovalRun(measured, 'insertion', options, run);
    const outcomes = [];
    for (const { values } of maps) {
      const { x, y } = await removal.curve(values, 'lowest');
      const curve = { x: x.map((share) => 1 - share).reverse(), y: y.toReversed() };
      const notes = [effectNote(removal.effect, measured.target)];
      outcomes.push({ value: area(curve.x, curve.y), curve, parts: { ...removal.effect }, notes });
    }
    return outcomes;
  },
});
