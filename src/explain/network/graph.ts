import type { Operation } from './operations';

export type { Padding, Pair } from './kernels/sliding';
export type { Operation } from './operations';

/** One step of a network. */
export interface GraphNode {
  /** As the weights' publisher names it (`layer4.1.conv2`). Unique in the graph. */
  readonly name: string;
  readonly operation: Operation;
  /** Names of earlier nodes: one for most, several for a sum or a concatenation. */
  readonly inputs: readonly string[];
}

/** Nodes in an order in which each comes after its inputs; the first is `input`, the last gives the raw outputs. */
export type Graph = readonly GraphNode[];

/** The nodes that read each node's value, in the graph's order; one that reads it twice is there twice. */
export function readersOf(nodes: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  return readers;
}
