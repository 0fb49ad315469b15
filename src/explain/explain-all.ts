import type { Attribution } from './attribution';
import type { Look, LookOptions } from './look';
import { asksForGradients, isLong, type Method } from './methods/define-method';
import type { Network } from './network/network';
import { type RunOptions, yieldToEvents } from './progress';
import type { Target } from './target';

/** A method with its own options. */
export interface MethodCall {
  readonly method: Method;
  /** Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a look is opened for that these calls will ask. */
export const lookFor = (calls: readonly MethodCall[], network: Network): LookOptions => ({
  gradients: calls.some(({ method, options = {} }) => asksForGradients(method, method.parse(options), network)),
});

/**
 * Explains several targets by several methods: one resize and one forward pass for all, and of each method one call.
 * @returns the maps, method after method, each target in turn.
 * @throws AbortedError also between methods.
 */
export async function explainAll(
  look: Look,
  calls: readonly MethodCall[],
  targets: readonly (Target | undefined)[],
  run: RunOptions = {},
): Promise<Attribution[]> {
  const maps: Attribution[] = [];
  for (const { method, options } of calls) {
    // Every option is checked before the first pass.
    method.parse(options ?? {});
  }
  for (const { method, options = {} } of calls) {
    if (isLong(method, method.parse(options), look.network)) look.rest();
    maps.push(...(await method.explain(look, targets, { ...options, ...run })));
    await yieldToEvents(run.signal);
  }
  return maps;
}
