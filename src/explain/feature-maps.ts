import { z } from 'zod';
import { networkRecord } from './classify';
import { WhylightError } from './errors';
import type { ImageSample } from './image/sample';
import { type Look, withLook } from './look';
import { defineView } from './methods/define-method';
import { chooseLayers } from './methods/layer-map';
import { zeiler2014 } from './methods/occlusion';
import type { Network } from './network/network';

const schema = z.strictObject({
  layer: z.string().optional().meta({
    description: 'the layer by its name in the layer table; default: the one Grad-CAM looks at',
  }),
  channels: z
    .union([z.int().min(1), z.array(z.int().min(0)).readonly()])
    .default(16)
    .meta({ description: 'how many of the most active channels (by their mean), or a list of them by index' }),
});

/** Which maps of a layer. */
export type FeatureMapsOptions = z.input<typeof schema>;

export const featureMapsView = defineView({
  name: 'feature-maps',
  title: 'Feature maps',
  unit: 'activation',
  bibtex: zeiler2014,
  formula: String.raw`f_k^{l}(x,y) = \max\Bigl(0, b_k^{l} + \sum_j (w_{kj}^{l} * f_j^{l-1})(x,y)\Bigr)`,
  where: '$w$ and $b$ are the weights and biases of layer $l$, and $j$ runs over the channels below',
  sentence: 'shows the channels of a layer as they are, for no class in particular',
  use: 'to see what the network has kept of a photo at some depth',
  avoid: 'to name what a channel stands for: the maps show where it is active, not why',
  cost: 'one forward pass',
  passes: () => 1,
  needs: [],
  schema,
});

/** What single channels of a layer answer to a photo. */
export interface FeatureMaps {
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  /** How many channels the layer has. */
  readonly of: number;
  /** Most active first, or in the order asked for; `values` height × width, row by row. */
  readonly maps: readonly { readonly channel: number; readonly mean: number; readonly values: Float32Array }[];
  /** What the network saw. */
  readonly input: ImageSample;
  readonly photo: { readonly source: string; readonly sha256: string };
  readonly network: { readonly name: string; readonly title: string; readonly weightsSha256: string };
}

/**
 * Feature maps: the values of a layer's channels on a photo, raw (Zeiler and Fergus 2014 look at networks this way).
 * What a channel means is not in them: they show where it is active.
 *
 * @throws WhylightError for an unknown layer, one that is no map, and channels it does not have.
 */
export async function featureMaps(
  network: Network,
  photo: ImageSample,
  options: FeatureMapsOptions = {},
): Promise<FeatureMaps> {
  return withLook(network, photo, (look) => featureMapsOf(look, options));
}

/** The same of a photo that is prepared already. */
export function featureMapsOf({ network, photo, input, activations }: Look, options: FeatureMapsOptions): FeatureMaps {
  const { layer, channels } = featureMapsView.parse(options);
  const [name] = chooseLayers(network, layer).layers as readonly [string];
  const map = activations([name]).get(name)!;
  const places = map.height * map.width;
  const one = (channel: number) => {
    const values = new Float32Array(places);
    let sum = 0;
    for (let at = 0; at < places; at++) {
      values[at] = map.values[at * map.channels + channel]!;
      sum += values[at]!;
    }
    return { channel, mean: sum / places, values };
  };
  const indices = typeof channels === 'number' ? null : channels;
  const wrong = indices?.find((channel) => channel >= map.channels);
  if (wrong !== undefined) {
    throw new WhylightError(`unknown channel: ${wrong} (${name} has channels 0 to ${map.channels - 1})`);
  }
  const all = (indices ?? Array.from({ length: map.channels }, (_, k) => k)).map(one);
  const maps = indices
    ? all
    : all.sort((a, b) => b.mean - a.mean || a.channel - b.channel).slice(0, channels as number);
  return {
    layer: name,
    height: map.height,
    width: map.width,
    of: map.channels,
    maps,
    input: input.image,
    photo: { source: photo.source, sha256: photo.sha256 },
    network: networkRecord(network),
  };
}
