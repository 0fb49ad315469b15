import { baselineMaps } from '../analyses/baseline-maps';
import { evaluate } from '../analyses/evaluate';
import { methodsFor, presets } from '../analyses/evaluation-presets';
import { evaluationScenes } from '../analyses/evaluation-scenes';
import { type EvaluationSummary, summarise } from '../analyses/evaluation-summary';
import { knownAnimals } from '../analyses/rival-scenes';
import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { findMeasure } from '../explain/measures';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Measure } from './measurement-cache';
import type { TrustStudy } from './trust-schema';

/** The measured maps of one network. */
export interface MeasuredTrust {
  readonly network: Network;
  /** Sentences on methods that the network does not allow. */
  readonly omissions: readonly string[];
  readonly summary: EvaluationSummary;
}

interface TrustTools extends RunOptions {
  readonly network: (name: string) => Promise<Network>;
  readonly measure: Measure;
}

/**
 * Measures which maps of each network can be believed, on drawn scenes of the animals that it knows.
 * @throws WhylightError for a network without drawn animals.
 */
export async function measureTrust(
  { networks, scenes, seed, methods, measures }: TrustStudy,
  { network: find, measure, ...run }: TrustTools,
): Promise<readonly MeasuredTrust[]> {
  const results: MeasuredTrust[] = [];
  for (const name of networks) {
    const network = await find(name);
    const classes = knownAnimals(network);
    if (classes.length === 0) {
      throw new WhylightError(
        `trust: ${network.name} knows no drawn animal (allowed: networks of dog, wolf, bee, ant)`,
      );
    }
    const { fit, omissions } = methodsFor([network], methods);
    const { options } = presets.fast();
    const calls = fit.map((method): MethodCall => ({ method: findMethod(method), options: options[method] }));
    const summary = await measure(
      {
        name: 'trust',
        detail: `of ${fit.length} methods on ${scenes} scenes`,
        networks: [network],
        options: { scenes, seed, methods: calls.map(({ options: own }, i) => [fit[i], own ?? null]), measures },
      },
      async () =>
        summarise(
          await evaluate([network], evaluationScenes({ scenes, seed, classes }), {
            ...run,
            methods: calls,
            measures: measures.map((one) => ({ measure: findMeasure(one) })),
            others: baselineMaps(calls),
            seed,
          }),
        ),
    );
    results.push({ network, omissions, summary });
  }
  return results;
}
