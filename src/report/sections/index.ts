import { parameterCount } from '../../explain/network/parameter-count';
import type { Figure } from '../../plots/figure';
import type { SubjectWords } from '../results';
import { reproducibility } from './reproducibility';
import type { Section } from './section';

/** A figure of every subject, its caption led by what the picture shows. */
function figuresOf(kind: string, subjects: readonly SubjectWords[], pick: (subject: SubjectWords) => Figure) {
  return subjects.map((subject) => {
    const figure = pick(subject);
    return { id: `${kind}-${subject.id}`, figure: { ...figure, caption: `${subject.shows}: ${figure.caption}` } };
  });
}

const words = (name: string, title: string): Section => ({
  name,
  title,
  compose: ({ study, results }) => ({ values: { ...results, data: study.data }, figures: [] }),
});

/** The sections of the paper, in order. */
export const sections: readonly Section[] = [
  words('introduction', 'Introduction'),
  words('methods', 'Methods'),
  {
    name: 'networks',
    title: 'Networks and data',
    compose: ({ study, results }) => ({
      values: {
        ...results,
        data: study.data,
        list: results.networks.map((network) => ({
          title: network.title,
          architecture: network.architecture,
          input: `${network.inputShape[1]}×${network.inputShape[0]}`,
          classes: String(network.classes.length),
          head: network.output,
          parameters: parameterCount(network).toLocaleString('en-US'),
        })),
      },
      figures: [],
    }),
  },
  {
    name: 'saliency',
    title: 'Saliency maps',
    compose: ({ results }) => ({
      values: results,
      figures: figuresOf('saliency', results.subjects, ({ figures }) => figures.saliency),
    }),
  },
  {
    name: 'occlusion',
    title: 'Occlusion sensitivity',
    compose: ({ results }) => ({
      values: results,
      figures: figuresOf('occlusion', results.subjects, ({ figures }) => figures.occlusionGrid),
    }),
  },
  {
    name: 'cam',
    title: 'Class activation maps',
    compose: ({ results }) => ({
      values: results,
      figures: figuresOf('cam', results.subjects, ({ figures }) => figures.cam),
    }),
  },
  words('discussion', 'Discussion'),
  reproducibility,
];
