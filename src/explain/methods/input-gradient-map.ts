import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { NetworkInput } from '../image/preprocessing';
import type { ImageSample } from '../image/sample';
import type { Activation } from '../network/executors/activations';
import type { Network } from '../network/network';
import type { ReluRule } from '../network/operations/operation';
import type { Target } from '../target';
import { channelMaximum } from './channel-reduction';
import { attribution } from './result';
import { targetGradient } from './target-gradient';

/** What sets the methods apart that look at one gradient of the input. */
export interface InputGradientMethod {
  readonly method: string;
  /** Backward rule at the ReLUs. Default: the gradient. */
  readonly reluRule?: ReluRule;
  /** The map from the gradient. Default: the largest absolute value over the channels, not signed. */
  readonly combine?: (slope: Activation, input: NetworkInput) => Float32Array;
}

/** A map from one gradient of the target with respect to the input; signed where it has a `combine` of its own. */
export async function inputGradientMap(
  network: Network,
  photo: ImageSample,
  target: Target | undefined,
  { method, reluRule, combine }: InputGradientMethod,
): Promise<Attribution> {
  const started = performance.now();
  const input = prepareInput(photo, network.preprocessing);
  const { found, resolved } = targetGradient(network, input.values, target, { reluRule });
  const slope = found.gradient;
  return attribution(network, photo, input, resolved, {
    method,
    values: combine ? combine(slope, input) : channelMaximum(slope.values, slope.channels),
    signed: combine !== undefined,
    options: {},
    elapsedMs: performance.now() - started,
  });
}
