import { z } from 'zod';
import type { NetworkInput } from '../image/preprocessing';
import type { Look } from '../look';
import type { Activation } from '../network/executors/activations';
import type { ReluRule } from '../network/operations/operation';
import type { ResolvedTarget } from '../target';
import { channelMaximum } from './channel-reduction';
import type { MethodRun } from './define-method';
import { checkActivations, gateNotes, reluRuleOptions } from './relu-rules';
import type { Outcome } from './result';

/** What sets the methods apart that look at one gradient of the input. */
interface InputGradientMethod {
  /** Backward rule at the ReLUs. Default: the gradient. */
  readonly reluRule?: ReluRule;
  /** The map from the gradient. Default: the largest absolute value over the channels, not signed. */
  readonly combine?: (slope: Activation, input: NetworkInput) => Float32Array;
}

/** The schema of a method without options. */
export const noOptions = z.strictObject({});

/** What the descriptions of the methods share that look at one gradient of the input. */
export const inputGradientMethod = (method: InputGradientMethod = {}) =>
  ({
    cost: 'one forward and one backward pass',
    passes: () => 3,
    needs: ['gradient'],
    reads: 'input gradient',
    perTarget: 'a backward pass',
    schema: noOptions,
    explain: async (look: Look, targets: readonly ResolvedTarget[]) => inputGradientMaps(look, targets, method),
  }) as const;

/** The same of the methods that have a backward rule of their own for ReLUs. */
export const reluRuleMethod = (reluRule: Exclude<ReluRule, 'gradient'>) =>
  ({
    ...inputGradientMethod(),
    needs: ['gradient', 'network of ReLUs'],
    schema: reluRuleOptions,
    explain: async (
      look: Look,
      targets: readonly ResolvedTarget[],
      { rule }: z.output<typeof reluRuleOptions>,
      { label }: MethodRun,
    ) => {
      checkActivations(label, look.network, rule);
      const notes = gateNotes(look.network, rule);
      return inputGradientMaps(look, targets, { reluRule }).map((outcome) => ({ ...outcome, notes }));
    },
  }) as const;

/** Maps from one gradient of each target with respect to the input; signed where there is a `combine`. */
function inputGradientMaps(
  look: Look,
  targets: readonly ResolvedTarget[],
  { reluRule, combine }: InputGradientMethod,
): Outcome[] {
  return look.gradients(targets, { reluRule }).map(({ gradient }) => ({
    values: combine ? combine(gradient, look.input) : channelMaximum(gradient.values, gradient.channels),
    signed: combine !== undefined,
  }));
}
