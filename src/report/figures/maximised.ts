import { z } from 'zod';
import type { MaximisedActivation } from '../../explain/activation-maximisation';
import { maximisedPanel } from '../../plots/maximised-panel';
import { COLUMN } from '../../plots/print-geometry';
import { maximisedName } from '../../plots/words';
import { called } from '../network-names';
import { decimal } from '../numbers';
import { inSentence, plural } from '../prose/grammar';
import { cite, joined, paragraph, prose, ref, sentences } from '../prose/make';
import { common, network, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { captioned } from './panel';

const schema = z.strictObject({
  kind: z.literal('maximised'),
  ...common,
  network,
  targets: z.array(target).min(1).max(4).optional(),
  channels: z
    .array(z.strictObject({ layer: z.string().min(1), channel: z.int().min(0) }))
    .min(1)
    .max(4)
    .optional(),
  steps: z.int().min(1).max(2000).default(128),
  seed: z.int().min(0).default(0),
});

/** Pictures made from noise that the network answers to: classes (default: the photo's two best), or channels. */
export const maximised = defineFigure<z.infer<typeof schema>, readonly MaximisedActivation[]>({
  kind: 'maximised',
  title: 'Activation maximisation',
  schema,
  example: `# What the network answers to, made from noise: targets (default: the photo's two best classes) or channels.
# - id: answered
#   kind: maximised
#   shows: The network alone
#   photo: { scene: single, kind: wolf, background: snow, seed: 3 }
#   network: scenes-fair
#   targets: [dog, wolf]
#   channels: [{ layer: layer1.0.relu2, channel: 5 }]`,
  showsPhoto: false,
  compute: async ({ targets: classes, channels, steps, seed }, { networks, targets, maximise }) => {
    const words = classes ?? (channels === undefined ? ['top2'] : []);
    const goals = [...targets[0]!.several(words, 0).map((target) => ({ target })), ...(channels ?? [])];
    return { extras: await inTurn(goals, (goal) => maximise(networks[0]!, { ...goal, steps, seed })) };
  },
  plot: ({ entry, extras }) => {
    const figure = maximisedPanel(extras, { width: COLUMN });
    return [captioned(entry, figure, `${figure.caption.charAt(0).toLowerCase()}${figure.caption.slice(1)}`)];
  },
  sentences: ({ entry, extras, networks }, names) => {
    const rises = extras.map(
      ({ scores, ...one }) => `${maximisedName(one)}, from ${decimal(scores[0]!)} to ${decimal(scores.at(-1)!)}`,
    );
    const best = entry.targets === undefined && entry.channels === undefined;
    return sentences(
      prose`What ${called(names, networks[0]!)} answers to (${ref(entry.id)}), sought from noise by going uphill for ${plural(entry.steps, 'step')}: ${joined(rises, '; ')}.`,
      best && `These are the classes that it finds most probable for ${inSentence(entry.shows)}.`,
      'Such a picture is one of many: it depends on the noise from which it starts.',
    );
  },
  terms: ['activation maximisation'],
  text: {
    title: 'Activation maximisation',
    blocks: [
      paragraph(
        prose`A picture of noise is changed uphill along the gradient of a class’s score, or of the mean of one channel ${cite('simonyan2014deep')}, shifted a little between steps and blurred now and then, so that no pattern of single pixels wins.`,
      ),
    ],
  },
  numbers: (extras) => ({
    maximised: extras.map(({ of, scores, seed, options }) => ({ of, scores, seed, options })),
  }),
});
