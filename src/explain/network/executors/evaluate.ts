import { tf } from '../../engine';
import { listAllowed, WhylightError } from '../../errors';
import { type Graph, type GraphNode, readersOf } from '../graph';
import { descriptionOf } from '../operations';
import type { ForwardContext, ReluRule, RunPlan } from '../operations/operation';

/** Gives a parameter by name (`conv1.weight`) as a tensor in the engine's layout: see `engine-layout.ts`. */
export type ParameterSource = (name: string) => tf.Tensor;

/** How a graph is evaluated. */
export interface EvaluateOptions {
  /** Default `gradient`. */
  readonly reluRule?: ReluRule;
  /** A batch norm's statistics of the batch, for training; undefined for the running ones. Default: those everywhere. */
  readonly moments?: (name: string, x: tf.Tensor) => ReturnType<ForwardContext['moments']>;
  /** Nodes whose values are wanted beside the last one's. */
  readonly keep?: ReadonlySet<string>;
  /** Starts with this node's value instead of the input's. Default: the input node. */
  readonly from?: string;
  /** Values of other nodes, taken as they are instead of evaluated. */
  readonly feeds?: ReadonlyMap<string, tf.Tensor>;
  /** Disposes of values after their last use, and takes operations without a gradient: not under a tape. Default false. */
  readonly free?: boolean;
  /** With `free`: what is known of the run, and a node's weight prepared for a way. Default: no long run. */
  readonly longRun?: RunPlan & { readonly prepared: (name: string, way: string) => tf.Tensor };
  /**
   * With `free`: values of nodes on one clean image. A node that is linear is computed as its own clean value and what the
   * change of its input adds, so that rounding is in proportion to the change. Default: none.
   */
  readonly around?: CleanValues;
}

/** A node's map on one clean image, 1 × H × W × C; null where there is none. */
export type CleanValues = (name: string) => tf.Tensor | null;

/**
 * Evaluates a graph on tensors; the caller tidies. Inside `src/explain` only: tensors go no further.
 *
 * @param start value of the input (or of `from`), batch × H × W × C.
 * @returns the wanted nodes' values, the last node's among them.
 */
export function evaluate(
  graph: Graph,
  start: tf.Tensor,
  parameter: ParameterSource,
  {
    reluRule = 'gradient',
    moments,
    keep = new Set(),
    from,
    feeds = new Map(),
    free = false,
    longRun,
    around = () => null,
  }: EvaluateOptions = {},
): Map<string, tf.Tensor> {
  const last = graph.at(-1)!.name;
  const first = from ?? graph[0]!.name;
  const nodes = neededNodes(graph, [last, ...keep], new Set([first, ...feeds.keys()]));
  const uses = new Map([...readersOf(nodes)].map(([name, readers]) => [name, readers.length]));
  const values = new Map<string, tf.Tensor>([...feeds, [first, start]]);
  const lasting = new Set([...keep, ...feeds.keys(), first, last]);
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    const value = () =>
      changedValue(node, inputs, parameter, { longRun, around }) ??
      applyNode(node, inputs, parameter, { reluRule, moments, free, longRun });
    values.set(node.name, free ? tf.tidy(value) : value());
    for (const name of free ? node.inputs : []) {
      uses.set(name, uses.get(name)! - 1);
      if (uses.get(name) === 0 && !lasting.has(name)) values.get(name)!.dispose();
    }
  }
  return new Map([...keep, last].map((name) => [name, values.get(name)!]));
}

/**
 * The nodes between the starts (exclusive) and the ends, in the graph's order.
 * @throws WhylightError for unknown nodes, and where the starts do not suffice.
 */
export function neededNodes(graph: Graph, ends: readonly string[], starts: ReadonlySet<string>): GraphNode[] {
  const names = new Set(graph.map((node) => node.name));
  for (const name of [...ends, ...starts]) {
    if (!names.has(name))
      throw new WhylightError(`unknown layer: ${name} (this network has: ${listAllowed([...names])})`);
  }
  const open = new Set(ends);
  const nodes: GraphNode[] = [];
  for (const node of [...graph].reverse()) {
    if (!open.has(node.name) || starts.has(node.name)) continue;
    if (node.inputs.length === 0) {
      throw new WhylightError(`cannot start at ${[...starts].join(' and ')}: a later node reads what comes before`);
    }
    nodes.push(node);
    for (const input of node.inputs) open.add(input);
  }
  return nodes.reverse();
}

/** The clean value of a linear node with what the change of its input adds; null where that is not known. */
function changedValue(
  node: GraphNode,
  [x]: readonly tf.Tensor[],
  parameter: ParameterSource,
  { longRun, around }: Required<Pick<EvaluateOptions, 'around'>> & Pick<EvaluateOptions, 'longRun'>,
): tf.Tensor | null {
  const { linear } = descriptionOf(node);
  const [before, own] = [node.inputs[0]!, node.name].map(around);
  if (linear === null || before == null || own == null) return null;
  const change = applyNode({ ...node, operation: linear(node.operation) }, [tf.sub(x!, before)], parameter, {
    free: true,
    longRun,
  });
  return tf.add(own, change);
}

/** One node's value from its inputs'. */
export function applyNode(
  node: GraphNode,
  inputs: readonly tf.Tensor[],
  parameter: ParameterSource,
  {
    reluRule = 'gradient',
    moments,
    free = false,
    longRun,
  }: Pick<EvaluateOptions, 'reluRule' | 'moments' | 'free' | 'longRun'> = {},
): tf.Tensor {
  return descriptionOf(node).forward(node.operation, {
    inputs,
    weight: (part) => parameter(`${node.name}.${part}`),
    reluRule,
    free,
    longRun: longRun && { ...longRun, prepared: (way) => longRun.prepared(node.name, way) },
    moments: (x) => moments?.(node.name, x),
  });
}
