import { WhylightError } from './errors';
import type { Network } from './network/network';
import { classScores, resolveTarget, type Target, targetLogit } from './target';

/** By how much raw outputs speak for a decision: above 0 it stands, below 0 it has turned. */
export type DecisionMargin = (raw: Float32Array) => number;

/**
 * The margin of a decision as a function of the raw outputs, in logits. Of a class under softmax or sigmoid: its logit less
 * the highest other one, which is ln(P(class) / P(best other)); of a label that stands for itself (multilabel): its logit,
 * 0 where its probability is one half; of any other target (a difference of two, a function of one's own): its score.
 *
 * @param raw outputs of the input about which is decided. Default target: its best class.
 * @throws WhylightError for an unknown class, and where nothing is decided: one value, or one class.
 */
export function decisionMargin(network: Network, raw: Float32Array, target?: Target): DecisionMargin {
  const resolved = resolveTarget(network, raw, target);
  const { index } = resolved;
  if (index === null || network.output === 'multilabel') return (outputs) => targetLogit(resolved, outputs);
  if (network.output === 'linear') {
    throw new WhylightError(
      `${network.name} answers in values: ${resolved.label} is no decision (allowed: the difference of two values)`,
    );
  }
  if (network.classes.length < 2) {
    throw new WhylightError(`${network.name} has one class, ${resolved.label}: nothing is decided (allowed: from two)`);
  }
  if (network.output === 'sigmoid') return (outputs) => (index === 0 ? -outputs[0]! : outputs[0]!);
  return (outputs) => {
    let other = Number.NEGATIVE_INFINITY;
    outputs.forEach((logit, i) => {
      if (i !== index) other = Math.max(other, logit);
    });
    return outputs[index]! - other;
  };
}

/** What a network answers: its best class, with that class's margin over every other. */
export interface Answer {
  readonly index: number;
  readonly label: string;
  /** Logit of the answer less the highest other one: ln(P(answer) / P(best other)). Never below 0. */
  readonly margin: number;
  readonly probability: number;
}

/**
 * The answer that raw outputs of a network of exclusive classes give; of equal ones the first.
 * @throws WhylightError for labels that do not exclude one another, and for outputs that are not finite.
 */
export function answerOf(network: Network, raw: Float32Array): Answer {
  const { output } = network;
  if (output !== 'softmax' && output !== 'sigmoid') {
    throw new WhylightError(
      `${network.name}: its output is ${output} (allowed: softmax or sigmoid, where one class excludes the others)`,
    );
  }
  const { logits, probabilities } = classScores({ output }, raw);
  const index = logits.reduce((best, logit, i) => (logit > logits[best]! ? i : best), 0);
  const margin = decisionMargin(network, raw, index)(raw);
  return { index, label: network.classes[index]!, margin, probability: probabilities[index]! };
}
