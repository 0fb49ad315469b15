import { WhylightError } from '../../errors';
import type { ForeignNetwork } from '../foreign/foreign-network';
import type { Graph, GraphNode } from '../graph';
import { descriptionOf } from '../operations';
import { checkParameters, ownerOf } from '../parameter-shapes';
import type { TensorFlowGraph, Value } from './tensorflow-graph';

/** What a graph that has been read whole says of the network. */
export type FinishedGraph = Pick<ForeignNetwork, 'graph' | 'parameters' | 'camNode' | 'outputs' | 'ending' | 'inputShape'>;

/**
 * The nodes that the output depends on, without the softmax or sigmoid at their end.
 * @throws WhylightError where the output is no vector of scores.
 */
export function finish(whole: TensorFlowGraph, output: Value): FinishedGraph {
  const nodes = new Map(whole.nodes.map((node) => [node.name, node]));
  const last = nodes.get(output.node)!;
  const sigmoid = last.operation.kind === 'sigmoid' && !output.softmax;
  const end = sigmoid ? nodes.get(last.inputs[0]!)! : last;
  if (output.map !== null) {
    throw new WhylightError(`its output is a map of ${output.map.join('×')}, not one score a class (allowed: classifiers and regressions)`);
  }
  if (output.order !== null) throw new WhylightError('its output is a flattened map, not one score a class');
  if (end.name === 'input') throw new WhylightError('its output is its input');
  const graph = ancestors(nodes, end);
  const names = new Set(graph.map(({ name }) => name));
  const parameters = new Map([...whole.parameters].filter(([name]) => names.has(ownerOf(name))));
  const inputShape = whole.input.map as [number, number, number];
  checkParameters(graph, inputShape, parameters);
  return {
    graph,
    parameters,
    camNode: camNodeOf(nodes, end),
    outputs: output.length,
    ending: output.softmax ? 'softmax' : sigmoid ? 'sigmoid' : null,
    inputShape,
  };
}

function ancestors(nodes: ReadonlyMap<string, GraphNode>, end: GraphNode): Graph {
  const reached = new Set(['input', end.name]);
  // Each node comes after those it reads.
  const backwards = [...nodes.values()].reverse();
  for (const { name, inputs } of backwards) if (reached.has(name)) for (const input of inputs) reached.add(input);
  return [...nodes.values()].filter(({ name }) => reached.has(name));
}

/** The map whose global mean is the output, or feeds the linear layer that is. */
function camNodeOf(nodes: ReadonlyMap<string, GraphNode>, end: GraphNode): string | null {
  const role = (node: GraphNode) => descriptionOf(node).role;
  const mean = role(end) === 'linear' ? nodes.get(end.inputs[0]!)! : end;
  return role(mean) === 'global mean' ? mean.inputs[0]! : null;
}
