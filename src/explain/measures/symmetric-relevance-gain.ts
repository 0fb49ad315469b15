import { area } from './area';
import { defineMeasure } from './define-measure';
import { effectNote, openRemovalRun, removalSchema } from './removal-run';

/**
 * SRG (Blücher, Vielhaben and Strodthoff, TMLR 2024, arXiv:2401.06654): the area under the target’s probability (its logit
 * where it has none) as the least important pixels go first (LIF), less that as the most important do (MIF). LIF is the
 * reverse order of MIF, equal pixels too, which go in a seeded random order: of an even map the gain is that of chance, about
 * 0. `curve` is LIF − MIF, whose area is the value, `curves` holds both; parts hold both areas, and the scores of the photo, of random halves of
 * it, and of the fill alone. The paper removes superpixels; here pixels go.
 */
export const symmetricRelevanceGainMeasure = defineMeasure({
  name: 'symmetric-relevance-gain',
  title: 'Symmetric relevance gain',
  question: 'follows',
  unit: 'difference of mean probabilities',
  better: 'higher',
  bibtex: `@article{bluecher2024decoupling, author = {Blücher, Stefan and Vielhaben, Johanna and Strodthoff, Nils},
    title = {Decoupling Pixel Flipping and Occlusion Strategy for Consistent XAI Benchmarks}, journal = {Transactions on Machine Learning Research},
    year = {2024}, eprint = {2401.06654}}`,
  formula: String.raw`\int_0^1 \bigl(P_{\mathrm{LIF}}(s) - P_{\mathrm{MIF}}(s)\bigr)\, ds`,
  where:
    '$P_{\\mathrm{LIF}}(s)$ and $P_{\\mathrm{MIF}}(s)$ are the probabilities of $c$ with a share $s$ of the pixels removed, the lowest and the highest values of the map first',
  sentence:
    'removes pixels in the order of the map and in the reverse order, and takes the area between the two probabilities',
  caution:
    'needs a map whose low end means something: one that only marks the best evidence leaves the order of the rest to chance and gains less; on one photo that the network is unsure of, chance alone moves it as far as maps differ: read it as a mean over photos, beside that of random maps; with fill road blurred maps gain and the outline of what is removed stays visible (arXiv:2304.13836)',
  needs: [],
  cost: '98 forward passes a map, and 5 a photo',
  schema: removalSchema('mean'),
  measure: async (measured, maps, options, run) => {
    const removal = await openRemovalRun(measured, 'symmetric-relevance-gain', options, run);
    const outcomes = [];
    for (const { values } of maps) {
      const lif = await removal.curve(values, 'lowest');
      const mif = await removal.curve(values, 'highest');
      const curve = { x: lif.x, y: lif.y.map((score, i) => score - mif.y[i]!) };
      const areas = { LIF: area(lif.x, lif.y), MIF: area(mif.x, mif.y) };
      const notes = [effectNote(removal.effect, measured.target)];
      outcomes.push({
        value: areas.LIF - areas.MIF,
        curve,
        curves: { LIF: lif, MIF: mif },
        parts: { ...areas, ...removal.effect },
        notes,
      });
    }
    return outcomes;
  },
});
