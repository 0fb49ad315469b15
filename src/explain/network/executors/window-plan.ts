import type { Graph, GraphNode } from '../graph';
import { descriptionOf } from '../operations';
import { frozenSpans, hull, reachedSpans, type Spans } from './window-cells';

/** A node that is computed on a window; `[rows, columns]`. */
export interface WindowNode {
  readonly node: GraphNode;
  readonly spans: Spans;
  /** Px of the input that one cell stands for. */
  readonly stride: readonly [number, number];
}

/** Which nodes see a change as a window, and which are computed whole. */
export interface WindowPlan {
  readonly windows: ReadonlyMap<string, WindowNode>;
  /** Every other one that the outputs need. */
  readonly whole: ReadonlySet<string>;
}

/** How windows follow a change. */
export interface WindowRules {
  /** Copies begin at multiples of this many px; a node whose stride does not divide it runs whole. */
  readonly period: number;
  /** A node whose window is more than this share of its map runs whole, and so does all that reads it. */
  readonly share: number;
  /**
   * A window grows to at most this share of each axis of its map; what lies outside of it counts as unchanged. Below 1 an
   * approximation (Nakandala et al. 2019 freeze windows so). Default 1.
   */
  readonly growth?: number;
  /**
   * `frozen`: a vector that multiplies the channels of a map (the gate of a squeeze and excitation) counts as unchanged, so
   * that the map is followed past it: an approximation. Default `exact`: the product is run whole.
   */
  readonly gates?: 'exact' | 'frozen';
}

/**
 * Follows a change of the input through the graph.
 *
 * @param spans the change's rows and columns.
 * @param shapes of every node's value.
 */
export function planWindows(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  spans: Spans,
  { period, share, growth = 1, gates = 'exact' }: WindowRules,
): WindowPlan {
  const windows = new Map<string, WindowNode>();
  const whole = new Set<string>();
  for (const node of graph) {
    const { name, inputs } = node;
    if (inputs.length === 0) {
      windows.set(name, { node, spans, stride: [1, 1] });
      continue;
    }
    const shape = shapes.get(name)!;
    const next = nextWindow(node, windows, gates === 'frozen' ? shapes : null);
    const frozen = next && { ...next, spans: frozenSpans(next.spans, shape, growth) };
    const inside =
      frozen?.stride.every((stride) => period % stride === 0) &&
      frozen.spans[0].length * frozen.spans[1].length <= share * shape[0]! * shape[1]!;
    if (frozen !== null && inside) windows.set(name, frozen);
    else whole.add(name);
  }
  return withoutUnread(graph, { windows, whole });
}

/** The nodes of a plan on which the outputs depend: those that only lead to a gate that is held are left out. */
function withoutUnread(graph: Graph, { windows, whole }: WindowPlan): WindowPlan {
  const open = new Set([graph.at(-1)!.name]);
  for (const { name, inputs } of [...graph].reverse()) {
    if (!open.has(name)) continue;
    for (const input of inputs) if (!windows.has(name) || windows.has(input)) open.add(input);
  }
  return {
    windows: new Map([...windows].filter(([name]) => open.has(name))),
    whole: new Set([...whole].filter((name) => open.has(name))),
  };
}

/** Whether a graph has gates: vectors that multiply the channels of a map. */
export function hasGates(graph: Graph, shapes: ReadonlyMap<string, readonly number[]>): boolean {
  return graph.some((node) => {
    const ranks = new Set(node.inputs.map((input) => shapes.get(input)!.length));
    return ranks.size > 1 && descriptionOf(node).window(node.operation)?.constantVectors === true;
  });
}

/**
 * What of a node the windows of its inputs reach; null where that cannot be followed.
 * @param shapes where vectors may be held; null: nowhere.
 */
function nextWindow(
  node: GraphNode,
  windows: ReadonlyMap<string, WindowNode>,
  shapes: ReadonlyMap<string, readonly number[]> | null,
): WindowNode | null {
  const rules = descriptionOf(node).window(node.operation);
  const inputs = node.inputs.map((input) => windows.get(input)).filter((window) => window !== undefined);
  const [first] = inputs;
  if (rules === null || first === undefined) return null;
  const isConstant = (input: string) => rules.constantVectors === true && shapes?.get(input)?.length === 1;
  if (!node.inputs.every((input) => windows.has(input) || isConstant(input))) return null;
  const { reach } = rules;
  if (reach !== null) {
    const spans = reachedSpans(first.spans, reach);
    const stride = [first.stride[0] * reach.stride[0], first.stride[1] * reach.stride[1]] as const;
    return spans.some(({ length }) => length < 1) ? null : { node, spans, stride };
  }
  if (!inputs.every(({ stride }) => stride.every((length, axis) => length === first.stride[axis]))) return null;
  return { node, spans: hull(inputs.map(({ spans }) => spans)), stride: first.stride };
}
