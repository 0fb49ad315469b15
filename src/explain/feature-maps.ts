import { WhylightError } from './errors';
import { prepareInput } from './image/prepare';
import type { ImageSample } from './image/sample';
import { chooseLayers } from './methods/layer-map';
import { activations } from './network/executors/activations';
import type { Network } from './network/network';

/** Which maps of a layer. */
export interface FeatureMapsOptions {
  /** The layer by its name in the layer table. Default: the one Grad-CAM looks at. */
  readonly layer?: string;
  /** Channels by index, or how many of the most active ones (by their mean). Default 16. */
  readonly channels?: number | readonly number[];
}

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
  { layer, channels = 16 }: FeatureMapsOptions = {},
): Promise<FeatureMaps> {
  const [name] = chooseLayers(network, layer).layers as readonly [string];
  const input = prepareInput(photo, network.preprocessing);
  const map = activations(network, input.values, [name]).maps.get(name)!;
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
  const asked = typeof channels === 'number' ? null : channels;
  const wrong = asked?.find((channel) => !Number.isInteger(channel) || channel < 0 || channel >= map.channels);
  if (wrong !== undefined) {
    throw new WhylightError(`unknown channel: ${wrong} (${name} has channels 0 to ${map.channels - 1})`);
  }
  if (typeof channels === 'number' && !(Number.isInteger(channels) && channels >= 1)) {
    throw new WhylightError(`channels: ${channels} (allowed: whole numbers from 1, or a list of channels)`);
  }
  const all = (asked ?? Array.from({ length: map.channels }, (_, k) => k)).map(one);
  const maps = asked ? all : all.sort((a, b) => b.mean - a.mean || a.channel - b.channel).slice(0, channels as number);
  return {
    layer: name,
    height: map.height,
    width: map.width,
    of: map.channels,
    maps,
    input: input.image,
    photo: { source: photo.source, sha256: photo.sha256 },
    network: { name: network.name, title: network.title, weightsSha256: network.weightsSha256 },
  };
}
