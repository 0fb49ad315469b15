/**
 * What a network's raw outputs z mean.
 * `softmax`: one class of several, as many outputs as classes. `sigmoid`: one output and two classes
 * `[negative, positive]`, with logits −z and z. `multilabel`: each label for itself, with probability 1 / (1 + e⁻ᶻ).
 * `linear`: values as they are, each with a name (regression): they have no probability.
 */
export const outputKinds = ['softmax', 'sigmoid', 'multilabel', 'linear'] as const;
export type OutputKind = (typeof outputKinds)[number];

/** Kinds of which one answer excludes the others: what training learns, and what a set of classes is. */
export type ExclusiveKind = Extract<OutputKind, 'softmax' | 'sigmoid'>;

/** Whether one answer excludes the others. */
export const isExclusive = (output: OutputKind): output is ExclusiveKind =>
  output === 'softmax' || output === 'sigmoid';

/** Raw outputs of a network with so many labels. */
export function rawOutputs(output: OutputKind, labels: number): number {
  return output === 'sigmoid' ? 1 : labels;
}

/** Labels that a network with so many raw outputs has. */
export function labelCount(output: OutputKind, outputs: number): number {
  return output === 'sigmoid' ? outputs * 2 : outputs;
}
