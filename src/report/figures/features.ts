import { z } from 'zod';
import { type FeatureMaps, featureMaps } from '../../explain/feature-maps';
import { featureGrid } from '../../plots/feature-grid';
import { COLUMN } from '../../plots/print-geometry';
import { wholePercentage } from '../numbers';
import type { Prose } from '../prose/blocks';
import { agree, inSentence, inWords } from '../prose/grammar';
import { equation, joined, math, paragraph, prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, network } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { captioned } from './panel';

const schema = z.strictObject({
  kind: z.literal('features'),
  ...common,
  network,
  layers: z.array(z.string().min(1)).min(1).max(6),
  channels: z.int().min(1).max(12).default(5),
});

/** The most active channels of layers at several depths. */
export const features = defineFigure<z.infer<typeof schema>, readonly FeatureMaps[]>({
  kind: 'features',
  title: 'Feature maps',
  schema,
  example: `# The most active channels of layers, by their names in \`whylight networks NAME\`.
# - id: layers
#   kind: features
#   shows: a wolf in snow
#   photo: { scene: single, kind: wolf, background: snow, seed: 3 }
#   network: scenes-fair
#   layers: [layer1.0.relu2, layer3.0.relu2]`,
  compute: async ({ layers, channels }, { photo, networks }) => ({
    extras: await inTurn(layers, (layer) => featureMaps(networks[0]!, photo, { layer, channels })),
  }),
  plot: ({ entry, extras }) =>
    extras.map((layer, i) =>
      captioned(
        { ...entry, id: `${entry.id}-${i + 1}` },
        featureGrid(layer, { width: COLUMN, columns: layer.maps.length + 1 }),
        `the ${shownChannels(layer)} of ${layer.of} channels at ${layer.layer}, ${layer.width}×${layer.height} places, each from its lowest value (dark) to its highest (bright).`,
      ),
    ),
  sentences: (result, names) => {
    const { entry, extras } = result;
    const layers = extras.map(
      (layer, i) =>
        prose`${ref(`${entry.id}-${i + 1}`)} shows ${`${layer.layer}, ${layer.width}×${layer.height} places`}, where the ${shownChannels(layer)} of ${String(layer.of)} channels ${agree(layer.maps.length, 'is', 'are')} above zero at ${wholePercentage(activeShare(layer))} of the places`,
    );
    return sentences(
      prose`Of ${inSentence(entry.shows)}, ${joined(layers, '; ')}.`,
      trendSentence(extras),
      answerSentence(result, names),
    );
  },
  terms: ['feature maps'],
  text: {
    title: 'Feature maps',
    symbols: ['channel'],
    blocks: [
      paragraph(
        prose`The channels of a layer ${math('l')}, shown as they are, tell what the network has kept of the image at that depth, for no class in particular:`,
      ),
      equation('f_k^{l}(x,y) = \\max\\Bigl(0, b_k^{l} + \\sum_j (w_{kj}^{l} * f_j^{l-1})(x,y)\\Bigr)'),
    ],
  },
});

/** `five most active`: by their mean. */
const shownChannels = ({ maps }: FeatureMaps) =>
  maps.length === 1 ? 'most active' : `${inWords(maps.length)} most active`;

/** Mean share of the places at which the channels shown are above zero. */
function activeShare({ maps }: FeatureMaps): number {
  const shares = maps.map(({ values }) => values.filter((value) => value > 0).length / values.length);
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** The share at the first layer against that at the last: of the channels shown, not of the layers. */
function trendSentence(layers: readonly FeatureMaps[]): Prose {
  const [first, last] = [layers[0]!, layers.at(-1)!];
  if (layers.length < 2) return [];
  const [from, to] = [first, last].map((layer) => wholePercentage(activeShare(layer))) as [string, string];
  const change =
    from === to
      ? `stays at ${to}`
      : `${activeShare(last) < activeShare(first) ? 'falls' : 'rises'} from ${from} to ${to}`;
  return [
    `Between ${first.layer} and ${last.layer} this share ${change}: that is said of the channels shown, not of all.`,
  ];
}
