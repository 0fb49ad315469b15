import { WhylightError } from '../../errors';
import { type Graph, type GraphNode, readersOf } from '../graph';
import { nodeShapes } from '../node-shapes';
import { descriptionOf } from '../operations';
import type { Parameter } from '../operations/operation';

/** A graph as a reader wrote it down. */
export interface Draft {
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** The node whose value is the network's. */
  readonly output: string;
  readonly inputShape: readonly [number, number, number];
}

/** The same network in the form in which methods look for its parts. */
export interface Simplified {
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** The node whose global average feeds the linear head, or is the raw outputs; null where there is none. */
  readonly camNode: string | null;
  /** A sigmoid at the end, which is left out; null where there is none. */
  readonly ending: 'sigmoid' | null;
  readonly outputs: number;
}

/**
 * A reader's graph with what exporters take apart put together again: biases in their layers, gates and activations as one
 * operation, averages over whole maps as global ones; without nodes on which the output does not depend, and without a
 * sigmoid at its end.
 * @throws WhylightError where the output is no vector.
 */
export function simplify({ graph, parameters, output, inputShape }: Draft): Simplified {
  const draft = { nodes: [...graph], parameters: new Map(parameters), output };
  let before = -1;
  while (before !== draft.nodes.length) {
    before = draft.nodes.length;
    for (const pass of [joinBias, joinGate, joinHardSigmoid]) pass(draft);
    dropUnread(draft);
  }
  globalMeans(draft, inputShape);
  const last = draft.nodes.find(({ name }) => name === draft.output)!;
  const ending = last.operation.kind === 'sigmoid' ? ('sigmoid' as const) : null;
  if (ending !== null) {
    draft.output = last.inputs[0]!;
    dropUnread(draft);
  }
  const shape = nodeShapes(draft.nodes, inputShape).get(draft.output)!;
  if (shape.length !== 1)
    throw new WhylightError(`the network ends in a map of ${shape.join('×')}, not in a score a class`);
  return {
    graph: draft.nodes,
    parameters: draft.parameters,
    camNode: camNodeOf(draft.nodes),
    ending,
    outputs: shape[0]!,
  };
}

interface Nodes {
  nodes: GraphNode[];
  readonly parameters: Map<string, Parameter>;
  output: string;
}

/** The one node that reads a node's value, where that is all that is made of it. */
function onlyReader({ nodes, output }: Nodes): (name: string) => GraphNode | null {
  const readers = readersOf(nodes);
  return (name) => {
    const [reader, ...more] = readers.get(name) ?? [];
    return reader === undefined || more.length > 0 || name === output ? null : reader;
  };
}

/** A node in the place of another that reads it: the reader's name goes. */
function replace(draft: Nodes, first: GraphNode, second: GraphNode, operation: GraphNode['operation']): void {
  draft.nodes = draft.nodes
    .filter((node) => node !== second)
    .map((node) => {
      if (node === first) return { ...first, operation };
      if (!node.inputs.includes(second.name)) return node;
      return { ...node, inputs: node.inputs.map((input) => (input === second.name ? first.name : input)) };
    });
  if (draft.output === second.name) draft.output = first.name;
}

/** x + b a channel after a layer without a bias becomes its bias. */
function joinBias(draft: Nodes): void {
  const readerOf = onlyReader(draft);
  for (const node of [...draft.nodes]) {
    const { operation, name } = node;
    if ((operation.kind !== 'conv2d' && operation.kind !== 'dense') || operation.bias) continue;
    const next = readerOf(name);
    if (next?.operation.kind !== 'rescale' || next.operation.scale.some((scale) => scale !== 1)) continue;
    const values = Float32Array.from(next.operation.shift);
    draft.parameters.set(`${name}.bias`, { shape: [values.length], values });
    replace(draft, node, next, { ...operation, bias: true });
    joinBias(draft);
    return;
  }
}

/** x · σ(x) is a SiLU, x · hardSigmoid(x) with slope 1/6 a hard swish. */
function joinGate(draft: Nodes): void {
  const byName = new Map(draft.nodes.map((node) => [node.name, node]));
  draft.nodes = draft.nodes.map((node) => {
    if (node.operation.kind !== 'mul') return node;
    for (const [value, gate] of [node.inputs, node.inputs.toReversed()] as [string, string][]) {
      const { operation, inputs } = byName.get(gate)!;
      if (inputs[0] !== value) continue;
      if (operation.kind === 'sigmoid') return { ...node, operation: { kind: 'silu' }, inputs: [value] };
      const hard =
        operation.kind === 'hardSigmoid' && Math.abs(operation.slope - 1 / 6) < 1e-6 && operation.offset === 0.5;
      if (hard) return { ...node, operation: { kind: 'hardSwish' }, inputs: [value] };
    }
    return node;
  });
}

/** min(max(x + 3, 0), 6) / 6. */
function joinHardSigmoid(draft: Nodes): void {
  const readerOf = onlyReader(draft);
  const all = (list: readonly number[], value: number) => list.every((each) => Math.abs(each - value) < 1e-6);
  for (const first of [...draft.nodes]) {
    if (first.operation.kind !== 'rescale' || !all(first.operation.scale, 1) || !all(first.operation.shift, 3))
      continue;
    const second = readerOf(first.name);
    if (second?.operation.kind !== 'relu6') continue;
    const third = readerOf(second.name);
    if (third?.operation.kind !== 'rescale' || !all(third.operation.scale, 1 / 6) || !all(third.operation.shift, 0))
      continue;
    replace(draft, second, third, second.operation);
    replace(draft, first, draft.nodes.find(({ name }) => name === second.name)!, {
      kind: 'hardSigmoid',
      slope: 1 / 6,
      offset: 0.5,
    });
    joinHardSigmoid(draft);
    return;
  }
}

/** An average over the whole of a map, wherever its sides are reckoned from the input's. */
function globalMeans(draft: Nodes, inputShape: readonly number[]): void {
  const shapes = nodeShapes(draft.nodes, inputShape);
  const readers = readersOf(draft.nodes);
  const whole = new Set(
    draft.nodes
      .filter(({ name, operation, inputs }) => {
        if (operation.kind !== 'avgPool' && operation.kind !== 'adaptiveAvgPool') return false;
        const [height, width] = shapes.get(name)!;
        const map = shapes.get(inputs[0]!)!;
        const full =
          operation.kind === 'adaptiveAvgPool' ||
          (operation.kernel[0] === map[0] &&
            operation.kernel[1] === map[1] &&
            operation.padding.every((side) => side === 0));
        const next = readers.get(name) ?? [];
        return height === 1 && width === 1 && full && next.length === 1 && next[0]!.operation.kind === 'flatten';
      })
      .map(({ name }) => name),
  );
  for (const name of whole) {
    const pool = draft.nodes.find((node) => node.name === name)!;
    const flat = draft.nodes.find(({ inputs }) => inputs[0] === name)!;
    replace(draft, pool, flat, { kind: 'globalAvgPool' });
  }
}

/** Without nodes on which the output does not depend, and without their parameters. */
function dropUnread(draft: Nodes): void {
  const required = new Set([draft.output]);
  const nodes = draft.nodes.toReversed().filter((node) => {
    if (!required.has(node.name)) return false;
    for (const input of node.inputs) required.add(input);
    return true;
  });
  draft.nodes = nodes.reverse();
  const names = new Set(draft.nodes.map(({ name }) => name));
  for (const parameter of draft.parameters.keys()) {
    if (!names.has(parameter.slice(0, parameter.lastIndexOf('.')))) draft.parameters.delete(parameter);
  }
}

/** The map that a linear layer reads as its channels' means, or whose means are the raw outputs. */
export function camNodeOf(graph: Graph): string | null {
  const last = graph.at(-1)!;
  const role = (node: GraphNode | undefined) => node && descriptionOf(node).role;
  const mean = role(last) === 'linear' ? graph.find(({ name }) => name === last.inputs[0]) : last;
  return role(mean) === 'global mean' ? mean!.inputs[0]! : null;
}
