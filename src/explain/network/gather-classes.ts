import { createHash } from 'node:crypto';
import { WhylightError } from '../errors';
import type { NetworkCard } from './card';
import { GraphBuilder } from './graph-builder';
import type { Network, Parameter } from './network';
import { descriptionOf } from './operations';
import { rawOutputs } from './output-kind';
import { withHead } from './with-head';

type Gathering = Pick<NetworkCard & { form: 'gathered' }, 'name' | 'title' | 'gather'>;

/**
 * A network whose classes are gathered into a few, without training: two labels get one sigmoid output, more a softmax.
 *
 * The log odds of two groups of classes under a softmax are the difference of the groups' log-sum-exps. Class
 * activation maps and every method that reads the head want a linear one, so the tangent of log-sum-exp at equal
 * logits stands in its place: logit(group) = mean of its n logits + log n. It is the best lower bound that no data
 * went into, and it folds into one dense layer.
 *
 * @throws WhylightError for a class index that the backbone does not have, or one in two groups.
 */
export function gatherClasses(backbone: Network, { name, title, gather }: Gathering): Network {
  const labels = Object.keys(gather);
  const classes = backbone.output === 'softmax' ? backbone.classes.length : 0;
  const has = classes > 0 ? `classes 0 to ${classes - 1}` : 'a single sigmoid output';
  const members = new Set<number>();
  const groups = labels.map((label) =>
    [gather[label]!].flat().flatMap((part) => {
      const [first, last] = ends(part);
      const index = Math.max(first, last);
      if (index >= classes) {
        throw new WhylightError(`${name}: ${label} gathers class ${index}, and ${backbone.name} has ${has}`);
      }
      const range = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      const twice = range.find((one) => members.has(one));
      if (twice !== undefined) throw new WhylightError(`${name}: class ${twice} is gathered twice`);
      for (const one of range) members.add(one);
      return range;
    }),
  );
  const output = labels.length === 2 ? 'sigmoid' : 'softmax';
  const mixing = mixture(groups, backbone.classes.length, rawOutputs(output, labels.length));
  const described = {
    name,
    title: `${title} (${backbone.title})`,
    classes: labels,
    output,
    weightsSha256: createHash('sha256').update(backbone.weightsSha256).update(JSON.stringify(gather)).digest('hex'),
  } as const;
  const last = backbone.graph.at(-1)!;
  if (descriptionOf(last).role === 'linear') {
    const inner = backbone.parameters.get(`${last.name}.weight`)!;
    return withHead(backbone, {
      ...described,
      parameters: composed(mixing, inner, backbone.parameters.get(`${last.name}.bias`)),
    });
  }
  // The backbone's own scores are pooled maps (SqueezeNet): the mixture is a layer after them.
  const units = mixing.bias.length;
  const builder = new GraphBuilder(backbone.graph);
  builder.dense('fc', last.name, units);
  return {
    ...backbone,
    ...described,
    graph: builder.graph,
    parameters: new Map([
      ...backbone.parameters,
      ['fc.weight', { shape: [units, backbone.classes.length], values: mixing.weight }],
      ['fc.bias', { shape: [units], values: mixing.bias }],
    ]),
  };
}

interface Mixture {
  /** Outputs × classes. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Rows of 1/n over each group's classes and log n; for one output the second group's less the first's. */
function mixture(groups: readonly (readonly number[])[], classes: number, outputs: number): Mixture {
  const weight = new Float32Array(outputs * classes);
  const bias = new Float32Array(outputs);
  groups.forEach((group, g) => {
    const [row, sign] = outputs === 1 ? [0, g === 0 ? -1 : 1] : [g, 1];
    for (const index of group) weight[row * classes + index] = sign / group.length;
    bias[row]! += sign * Math.log(group.length);
  });
  return { weight, bias };
}

/** The mixture after the backbone's dense layer, as one dense layer. */
function composed(
  { weight, bias }: Mixture,
  inner: Parameter,
  innerBias: Parameter | undefined,
): Map<string, Parameter> {
  const [classes, width] = inner.shape as [number, number];
  const outputs = bias.length;
  const values = new Float32Array(outputs * width);
  const shift = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const row = new Float64Array(width);
    let constant = bias[o]!;
    for (let c = 0; c < classes; c++) {
      const share = weight[o * classes + c]!;
      if (share === 0) continue;
      constant += share * (innerBias?.values[c] ?? 0);
      for (let k = 0; k < width; k++) row[k]! += share * inner.values[c * width + k]!;
    }
    values.set(row, o * width);
    shift[o] = constant;
  }
  return new Map([
    ['fc.weight', { shape: [outputs, width], values }],
    ['fc.bias', { shape: [outputs], values: shift }],
  ]);
}

/** `8-10` as 8 and 10, `1` as 1 and 1. */
function ends(range: number | string): [first: number, last: number] {
  const [first, last = first] = String(range).split('-').map(Number) as [number, number?];
  if (last < first) throw new WhylightError(`classes ${range}: the first is above the last`);
  return [first, last];
}
