import { WhylightError } from '../errors';
import type { Graph } from './graph';
import { GraphBuilder } from './graph-builder';
import type { Network, Parameter } from './network';
import { descriptionOf } from './operations';
import { type ExclusiveKind, rawOutputs } from './output-kind';
import { ownerOf } from './parameter-shapes';

/** A new linear head for a network's pooled features. */
export interface Head {
  readonly name: string;
  readonly title: string;
  readonly classes: readonly string[];
  /** `sigmoid`: one raw output and two classes; `softmax`: one raw output a class. */
  readonly output: ExclusiveKind;
  /** Replaces the backbone's parameters of the same name; `fc.weight` and `fc.bias` are required. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly weightsSha256: string;
}

/**
 * The node whose global average is the backbone's feature vector: the input of the global average pool that
 * feeds the dense head, or, where the head is a convolution on the map (SqueezeNet), that convolution's input.
 *
 * @throws WhylightError where the network has no global average pool.
 */
function featureNode({ name, graph }: Pick<Network, 'name' | 'graph'>): string {
  const byName = new Map(graph.map((node) => [node.name, node]));
  const pool = graph.findLast((node) => descriptionOf(node).role === 'global mean');
  if (pool === undefined) {
    throw new WhylightError(`${name} has no global average pooling, so it has no pooled features to put a head on`);
  }
  let node = byName.get(pool.inputs[0]!)!;
  if (descriptionOf(graph.at(-1)!).role === 'linear') return node.name;
  while (descriptionOf(node).role !== 'convolution') node = byName.get(node.inputs[0]!)!;
  return node.inputs[0]!;
}

/** The graph up to the features, then global average pooling (`avgpool`) and a dense layer (`fc`). */
export function graphWithHead(network: Pick<Network, 'name' | 'graph'>, outputs: number): Graph {
  const features = featureNode(network);
  const sources = new Set([features]);
  for (const node of [...network.graph].reverse()) {
    if (sources.has(node.name)) for (const input of node.inputs) sources.add(input);
  }
  const builder = new GraphBuilder(network.graph.filter((node) => sources.has(node.name)));
  builder.pooledHead(features, outputs);
  return builder.graph;
}

/** The same backbone with another linear head, and other values for the parameters that the head's file names. */
export function withHead(backbone: Network, head: Head): Network {
  const graph = graphWithHead(backbone, rawOutputs(head.output, head.classes.length));
  const owners = new Set(graph.map((node) => node.name));
  const parameters = new Map<string, Parameter>();
  for (const [name, parameter] of [...backbone.parameters, ...head.parameters]) {
    if (owners.has(ownerOf(name))) parameters.set(name, parameter);
  }
  const { unit: _, ...trunk } = backbone;
  return {
    ...trunk,
    name: head.name,
    title: head.title,
    graph,
    parameters,
    output: head.output,
    classes: head.classes,
    camNode: featureNode(backbone),
    weightsSha256: head.weightsSha256,
  };
}
