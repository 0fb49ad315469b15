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

/** Builds a graph with that many raw outputs for an input `[H, W, 3]`. */
export type Architecture = (outputs: number, inputShape: readonly [number, number, 3]) => Built;
