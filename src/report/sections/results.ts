import { plotFigures } from '../figure-plot';
import type { StudyFigure } from '../study';
import type { Section } from './section';

const titles: Readonly<Record<StudyFigure['kind'], string>> = {
  saliency: 'Saliency maps',
  occlusion: 'Occlusion sensitivity',
  cam: 'Class activation maps',
  deconvolution: 'Deconvolution',
  features: 'Feature maps',
  classes: 'Classes compared',
  maximised: 'Activation maximisation',
  methods: 'The methods side by side',
  networks: 'Two networks on one photo',
};

/** Every figure of the study, gathered by kind in the order in which the kinds first appear. */
export const results: Section = {
  name: 'results',
  title: 'Results',
  compose: ({ results, words, networks }) => {
    const kinds = [...new Set(results.map(({ entry }) => entry.kind))];
    const groups = kinds.map((kind, i) => ({
      letter: String.fromCharCode(65 + i),
      title: titles[kind],
      [kind]: true,
      figures: words.figures.filter((figure) => figure.kind === kind),
    }));
    return {
      values: {
        groups: groups.map((group) => ({
          ...Object.fromEntries(Object.keys(titles).map((kind) => [kind, false])),
          ...group,
        })),
      },
      figures: kinds.flatMap((kind) =>
        results.filter(({ entry }) => entry.kind === kind).flatMap((result) => plotFigures(result, networks)),
      ),
    };
  },
};
