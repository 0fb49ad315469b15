import type { Graph } from '../graph';

/** A graph and the node that CAM reads: the map whose global average feeds the head, or is it. */
export interface Built {
  readonly graph: Graph;
  readonly camNode: string | null;
  /**
   * The graph's name of a parameter in the publisher's file; null for what only training needs (auxiliary heads).
   * Default: the same name.
   */
  readonly parameterName?: (published: string) => string | null;
}

/** An architecture as cards name it. */
export interface ArchitectureDescription {
  readonly role: 'architecture';
  readonly name: string;
  readonly build: Architecture;
}

/** An architecture from its one description, as `use` and the list take it. */
export const defineArchitecture = (description: Omit<ArchitectureDescription, 'role'>): ArchitectureDescription => ({
  ...description,
  role: 'architecture',
});

/** Builds a graph with that many raw outputs for an input `[H, W, channels]`. */
export type Architecture = (outputs: number, inputShape: readonly [number, number, number]) => Built;
