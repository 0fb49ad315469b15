import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { forward } from '../explain/network/executors/forward';
import { gradient } from '../explain/network/executors/gradient';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { correlation } from '../explain/statistics/correlation';
import { type Estimate, estimateMean } from '../explain/statistics/estimate';
import { resolveTarget, type Target } from '../explain/target';

/** One picture and two classes whose gradients are compared. */
export interface ClassPair {
  readonly photo: ImageSample;
  readonly classes: readonly [Target, Target];
}

/** How alike the gradient maps of two classes of one picture are. */
export interface GradientDiscrimination {
  /** Mean correlation of the maps with their sign (summed over channels). */
  readonly signed: Estimate;
  /** Mean correlation of the saliency maps: largest absolute value over channels. */
  readonly absolute: Estimate;
  /** Mean of how much more the absolute maps correlate than those with sign, picture by picture. */
  readonly lost: Estimate;
  /** Each picture's two correlations. */
  readonly pairs: readonly { readonly source: string; readonly signed: number; readonly absolute: number }[];
  /** One logit stands for both classes: the signed correlation is −1 and the absolute one 1 by construction. */
  readonly byConstruction: boolean;
}

/** Does the absolute gradient tell two classes of one picture apart, and does the signed one? */
export async function gradientDiscrimination(
  network: Network,
  pairs: Iterable<ClassPair>,
  { signal, onProgress }: RunOptions = {},
): Promise<GradientDiscrimination> {
  const correlations: { source: string; signed: number; absolute: number }[] = [];
  for (const { photo, classes } of pairs) {
    await yieldToEvents(signal);
    const input = prepareInput(photo, network.preprocessing).values;
    const raw = forward(network, input);
    const [a, b] = classes.map((target) => channelMaps(network, input, resolveTarget(network, raw, target).weights));
    correlations.push({
      source: photo.source,
      signed: correlation(a!.sum, b!.sum),
      absolute: correlation(a!.largest, b!.largest),
    });
    onProgress?.({ label: 'gradients of two classes', done: correlations.length, total: correlations.length });
  }
  return {
    signed: estimateMean(
      correlations.map(({ signed }) => signed),
      [-1, 1],
    ),
    absolute: estimateMean(
      correlations.map(({ absolute }) => absolute),
      [-1, 1],
    ),
    lost: estimateMean(
      correlations.map(({ absolute, signed }) => absolute - signed),
      [-2, 2],
    ),
    pairs: correlations,
    byConstruction: network.output === 'sigmoid',
  };
}

function channelMaps(network: Network, input: Float32Array, weights: Float32Array) {
  const { values, channels } = gradient(network, input, weights).gradient;
  const sum = new Float32Array(values.length / channels);
  const largest = new Float32Array(sum.length);
  values.forEach((value, i) => {
    const at = Math.floor(i / channels);
    sum[at] = sum[at]! + value;
    largest[at] = Math.max(largest[at]!, Math.abs(value));
  });
  return { sum, largest };
}
