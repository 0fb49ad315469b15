import type { Attribution } from '../../explain/attribution';
import type { ClassScore } from '../../explain/classify';
import { WhylightError } from '../../explain/errors';
import type { Network } from '../../explain/network/network';
import { findClass } from '../../explain/target';
import { answerWords, className, targetName } from '../../plots/words';
import { called, type NetworkNames } from '../network-names';
import type { Prose } from '../prose/blocks';
import { capitalised } from '../prose/grammar';
import { prose } from '../prose/make';
import type { FigureEntry } from './entry';
import type { FigureResult } from './kind';
import { scoreWords } from './map-words';

/** A network's answer to a photo, and whether it is right. */
interface Decision {
  readonly network: Network;
  readonly best: ClassScore;
  /** What is right, by the class's first name; null where that is not known. */
  readonly truth: string | null;
  readonly mistaken: boolean;
}

function classOf(network: Network, label: string): number | null {
  try {
    return findClass(network, label);
  } catch (error) {
    if (error instanceof WhylightError) return null;
    throw error;
  }
}

/**
 * Looks whether a figure's truth is a class of one of its networks.
 * @throws WhylightError naming what there is.
 */
export function requireTruth({ id, truth }: FigureEntry, networks: readonly Network[]): void {
  if (truth === undefined || networks.some((network) => classOf(network, truth) !== null)) return;
  try {
    findClass(networks[0]!, truth);
  } catch (error) {
    throw new WhylightError(`${id}: truth: ${error instanceof Error ? error.message : error}`);
  }
}

/** What each of a figure's networks answers. */
export function decisionsOf({ entry, scene, networks, classifications }: FigureResult): Decision[] {
  const label = entry.truth ?? scene?.label;
  return networks.map((network, i) => {
    const best = classifications[i]!.classes[0]!;
    // A truth that is no class of the network, as of a scene with two animals, cannot be answered right or wrong.
    const index = label === undefined ? null : classOf(network, label);
    const truth = index === null ? null : className(network.classes[index]!);
    return { network, best, truth, mistaken: index !== null && index !== best.index };
  });
}

/** `the fair classifier says dog with 97.3 %, which is wrong: the truth is wolf`. */
export function decisionClause({ network, best, truth, mistaken }: Decision, names: NetworkNames): Prose {
  const answer = `${called(names, network)} ${best.probability === null ? 'answers' : 'says'} ${className(best.label)} ${best.probability === null ? 'of' : 'with'} ${answerWords(best)}`;
  return prose`${answer}${mistaken && `, which is wrong: the truth is ${truth}`}`;
}

/** The same as a sentence, with the map's target where it is not what the network says: `…; we ask for wolf, at 2.7 %.` */
export function answerSentence(result: FigureResult, names: NetworkNames, map?: Attribution): Prose {
  const [decision] = decisionsOf(result);
  const differs = map !== undefined && map.target.index !== decision!.best.index;
  return prose`${capitalised(decisionClause(decision!, names))}${differs && `; we ask for ${targetName(map.target)}, at ${scoreWords(map.target)}`}.`;
}

/** Every decision that figures show, each once: a network's answer to a photo. */
export function distinctDecisions(results: readonly FigureResult[]): Decision[] {
  const decisions = new Map<string, Decision>();
  for (const result of results) {
    for (const decision of decisionsOf(result)) {
      const key = `${decision.network.name} ${result.photo.sha256}`;
      const before = decisions.get(key);
      if (before?.truth && decision.truth && before.truth !== decision.truth) {
        throw new WhylightError(
          `${result.entry.id}: truth: ${decision.truth}, and another figure of ${result.photo.source} says ${before.truth}`,
        );
      }
      if (before === undefined || before.truth === null) decisions.set(key, decision);
    }
  }
  return [...decisions.values()];
}
