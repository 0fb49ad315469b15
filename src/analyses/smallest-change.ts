import { decisionFlip } from '../explain/decision-flip';
import { type Answer, answerOf } from '../explain/decision-margin';
import type { NetworkInput } from '../explain/image/preprocessing';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { classScores, type ScoreTarget } from '../explain/target';

/** Two classes under one input. */
export interface PairScores {
  /** Logit of the first less that of the second. */
  readonly difference: number;
  /** Probabilities of the two. */
  readonly probabilities: readonly [number, number];
}

/** A small part of a picture whose exchange turns the decision: 1-minimal, as `decisionFlip` has it. */
export interface SmallestChange {
  /** Whether the decision turns; otherwise this is the change that came nearest. */
  readonly turned: boolean;
  /** Segments that could be exchanged, and how many were. */
  readonly segments: number;
  readonly exchanged: number;
  /** Share of what the network sees that was exchanged. */
  readonly area: number;
  /** What the network answers then. */
  readonly answer: Answer;
  /** The class that `before` and `after` set against the answer to the unchanged picture: the new answer, or where none turned the best other class. */
  readonly rival: string;
  readonly before: PairScores;
  readonly after: PairScores;
  /** Copies that the network was asked about. */
  readonly passes: number;
}

/** What may be exchanged, and what for. */
export interface Exchange {
  readonly own: NetworkInput;
  /** H×W×C: what takes the place of the input's values. */
  readonly replacement: Float32Array;
  /** H×W: numbers of segments; −1 where nothing is exchanged. */
  readonly regions: Int32Array;
  /** The class that must become the answer. Null: any other. */
  readonly to: number | null;
}

/**
 * The smallest change of segments that `decisionFlip` comes to, in words of the answers before and after it.
 * @returns also `mask`, H×W: 1 where the input is changed.
 * @throws WhylightError and AbortedError as `decisionFlip`.
 */
export async function smallestChange(
  network: Network,
  { own, replacement, regions, to }: Exchange,
  run: RunOptions,
): Promise<{ readonly change: SmallestChange; readonly mask: Uint8Array }> {
  const target = to === null ? undefined : notClass(network, to);
  const flip = await decisionFlip(network, { input: own.values, regions, replacement }, { ...run, target });
  const { index } = answerOf(network, flip.before.raw);
  const answer = answerOf(network, flip.after.raw);
  const rival = answer.index === index ? (to ?? bestOther(network, flip.after.raw, index)) : answer.index;
  const members = new Set(flip.regions);
  return {
    change: {
      turned: flip.turned,
      segments: new Set(regions.filter((region) => region >= 0)).size,
      exchanged: flip.regions.length,
      area: flip.area,
      answer,
      rival: network.classes[rival]!,
      before: pairScores(network, flip.before.raw, [index, rival]),
      after: pairScores(network, flip.after.raw, [index, rival]),
      passes: flip.passes,
    },
    mask: Uint8Array.from(regions, (region) => Number(members.has(region))),
  };
}

/** The decision against a class: its score is above 0 as long as another is the answer. */
function notClass({ classes }: Network, index: number): ScoreTarget {
  const highestOther = (logits: Float32Array) =>
    logits.reduce((most, logit, i) => (i === index ? most : Math.max(most, logit)), Number.NEGATIVE_INFINITY);
  return { label: `not ${classes[index]}`, score: (logits) => highestOther(logits) - logits[index]! };
}

function bestOther(network: Network, raw: Float32Array, index: number): number {
  const { logits } = classScores(network, raw);
  return [...logits.keys()].filter((i) => i !== index).reduce((best, i) => (logits[i]! > logits[best]! ? i : best));
}

function pairScores(network: Network, raw: Float32Array, [a, b]: readonly [number, number]): PairScores {
  // Of the two classes that share one output: −z/2 and z/2, whose difference is z.
  const logits = network.output === 'sigmoid' ? Float32Array.from([-raw[0]! / 2, raw[0]! / 2]) : raw;
  const { probabilities } = classScores({ output: 'softmax' }, logits);
  return { difference: logits[a]! - logits[b]!, probabilities: [probabilities[a]!, probabilities[b]!] };
}
