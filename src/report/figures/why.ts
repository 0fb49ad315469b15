import { z } from 'zod';
import { whyMethods } from '../../analyses/why-methods';
import { type WhyNumbers, whyNumbers } from '../../analyses/why-numbers';
import { whyFigure } from '../../analyses/why-picture';
import { whyRules } from '../../analyses/why-rules';
import { type Sentence, whySentences } from '../../analyses/why-sentences';
import type { OptionValue } from '../../explain/attribution';
import { prepareInput } from '../../explain/image/prepare';
import { withLook } from '../../explain/look';
import { COLUMN } from '../../plots/print-geometry';
import { inSentence } from '../prose/grammar';
import { prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, method, methodOf, network, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('why'),
  ...common,
  network,
  target: target.optional(),
  methods: z.array(method).min(1).max(4).optional(),
  seed: z.int().min(0).default(0),
  quick: z.boolean().default(false),
});

const words = (all: readonly Sentence[]) => all.map(({ text }) => text);

/** What can be concluded of one answer, and what cannot. */
export const why = defineFigure<z.infer<typeof schema>, WhyNumbers>({
  kind: 'why',
  title: 'What can be concluded of one photo',
  schema,
  example: `# Maps of one photo with their checks on it, the smallest region that turns the answer, and what cannot be concluded.
# - id: why-wolf
#   kind: why
#   shows: a wolf in snow
#   photo: { scene: single, kind: wolf, background: snow, seed: 3 }
#   network: scenes-fair
#   quick: true`,
  compute: async ({ target: word, methods, seed, quick }, { photo, networks, targets, explain, measure, run }) => {
    const [network] = networks as readonly [(typeof networks)[number]];
    const target = targets[0]!.one(word);
    const names = methods?.map((one) => methodOf(one).method);
    const own = (name: string) => methods?.map(methodOf).find((one) => one.method === name)?.options;
    const { calls: usual, choice } = whyMethods(network, 'black', names);
    const calls = usual.map(({ method, options }) => ({
      method,
      options: { ...options, ...own(method.name) },
    }));
    const rules = { ...whyRules({ seed, quick }), choice };
    const { sha256, width, height } = photo;
    const requests = calls.map(({ method, options }) => ({ method: method.name, options }));
    const measurement = {
      name: 'why',
      detail: `of ${photo.source}`,
      networks: [network],
      options: { photo: { sha256, width, height }, target, calls: requests, rules },
      code: ['explain', 'plots', 'analyses'],
    };
    const numbers = await measure(measurement, () =>
      withLook(network, photo, async (look) => {
        return (await whyNumbers(look, look.target(target), calls, rules, run)).numbers;
      }),
    );
    const maps = await inTurn(calls, ({ method, options }) =>
      explain(method.name, network, photo, { ...(options as Record<string, OptionValue>), target }),
    );
    return { maps, extras: { ...numbers, photo: maps[0]!.photo } };
  },
  plot: (result) => {
    const { entry, maps, networks, photo, extras } = result;
    const [network] = networks as readonly [(typeof networks)[number]];
    const look = { network, input: prepareInput(photo, network.preprocessing) };
    const figure = whyFigure(look, extras, maps, { width: COLUMN, columns: 3, picture: photoBehind(result, 3) });
    return [captioned(entry, figure, figure.caption.replace(`${maps[0]!.photo.source}, `, ''))];
  },
  sentences: (result, names) => {
    const { concluded, open } = whySentences(result.extras);
    // The paper calls the network by its own word, and knows the truth of a drawn scene.
    const [, ...rest] = words(concluded);
    return sentences(
      prose`${ref(result.entry.id)} explains one answer, to ${inSentence(result.entry.shows)}.`,
      answerSentence(result, names, result.maps[0]),
      ...rest,
      'What cannot be concluded:',
      ...words(open),
    );
  },
  numbers: (extras) => ({ why: extras }),
});
