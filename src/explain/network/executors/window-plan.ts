import type { Graph, GraphNode, Operation } from '../graph';

/** Cells of one axis, counted from where the period of its copy begins; they may stick out of the map. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** A node that is computed on a window; `[rows, columns]`. */
export interface WindowNode {
  readonly node: GraphNode;
  readonly spans: readonly [Span, Span];
  /** Px of the input that one cell stands for. */
  readonly stride: readonly [number, number];
}

/** Which nodes see a change as a window, and which are computed whole. */
export interface WindowPlan {
  readonly windows: ReadonlyMap<string, WindowNode>;
  /** Every other node. */
  readonly whole: ReadonlySet<string>;
}

/**
 * Outputs of a sliding operation that a changed span can reach: lo = ⌈(a + p − K + 1)/s⌉ to hi = ⌊(b + p)/s⌋, not
 * clipped to the map.
 */
export function reached({ start, length }: Span, extent: number, stride: number, padding: number): Span {
  const first = Math.ceil((start + padding - extent + 1) / stride);
  const last = Math.floor((start + length - 1 + padding) / stride);
  return { start: first, length: last - first + 1 };
}

/** Kernel extents, strides and paddings before the map of a sliding operation; null for one that does not slide. */
export function slide(operation: Operation) {
  if (operation.kind !== 'conv2d' && operation.kind !== 'maxPool' && operation.kind !== 'avgPool') return null;
  const { kernel, stride, padding } = operation;
  const dilation = operation.kind === 'conv2d' ? operation.dilation : ([1, 1] as const);
  const extent = (axis: 0 | 1) => (kernel[axis] - 1) * dilation[axis] + 1;
  return { extent: [extent(0), extent(1)], stride, before: [padding[0], padding[2]] } as const;
}

/** A zero outside the map averages like any other only where every window counts all its cells. */
const averagesLinearly = (operation: Operation & { kind: 'avgPool' }) =>
  !operation.ceil && (operation.countPadding || operation.padding.every((length) => length === 0));

function windowed(operation: Operation): boolean {
  if (operation.kind === 'avgPool') return averagesLinearly(operation);
  return ['conv2d', 'batchNorm', 'relu', 'relu6', 'maxPool', 'add', 'concat', 'rescale'].includes(operation.kind);
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
  spans: readonly [Span, Span],
  { period, share, growth = 1 }: WindowRules,
): WindowPlan {
  const windows = new Map<string, WindowNode>();
  const whole = new Set<string>();
  for (const node of graph) {
    const { name, operation, inputs } = node;
    if (operation.kind === 'input') {
      windows.set(name, { node, spans, stride: [1, 1] });
      continue;
    }
    const known = inputs.map((input) => windows.get(input)).filter((window) => window !== undefined);
    const fits = windowed(operation) && known.length === inputs.length;
    const next = fits ? nextWindow(node, known) : null;
    const shape = shapes.get(name)!;
    const frozen = next && { ...next, spans: freeze(next.spans, shape, growth) };
    const inside =
      frozen?.stride.every((stride) => period % stride === 0) &&
      frozen.spans[0].length * frozen.spans[1].length <= share * shape[0]! * shape[1]!;
    if (frozen === null || !inside) {
      whole.add(name);
      continue;
    }
    windows.set(name, frozen);
  }
  return { windows, whole };
}

/** The middle of a window that would grow beyond its limit. */
function freeze(spans: readonly [Span, Span], shape: readonly number[], growth: number): readonly [Span, Span] {
  const along = (axis: 0 | 1): Span => {
    const { start, length } = spans[axis];
    const most = growth < 1 ? Math.ceil(growth * shape[axis]!) : length;
    return length <= most ? spans[axis] : { start: start + ((length - most) >> 1), length: most };
  };
  return [along(0), along(1)];
}

function nextWindow(node: GraphNode, inputs: readonly WindowNode[]): WindowNode | null {
  const [first] = inputs as [WindowNode];
  const sliding = slide(node.operation);
  if (sliding !== null) {
    const along = (axis: 0 | 1) =>
      reached(first.spans[axis], sliding.extent[axis], sliding.stride[axis], sliding.before[axis]);
    const stride = [first.stride[0] * sliding.stride[0], first.stride[1] * sliding.stride[1]] as const;
    const spans = [along(0), along(1)] as const;
    return spans.some(({ length }) => length < 1) ? null : { node, spans, stride };
  }
  if (!inputs.every(({ stride }) => stride.every((length, axis) => length === first.stride[axis]))) return null;
  const hull = (axis: 0 | 1): Span => {
    const start = Math.min(...inputs.map(({ spans }) => spans[axis].start));
    return { start, length: Math.max(...inputs.map(({ spans: s }) => s[axis].start + s[axis].length)) - start };
  };
  return { node, spans: [hull(0), hull(1)], stride: first.stride };
}
