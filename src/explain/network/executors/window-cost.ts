import { nodeCost } from '../batch-size';
import type { Graph, GraphNode } from '../graph';
import type { WindowPlan } from './window-plan';

/** Multiply-adds of a convolution that other work is worth, measured on two cores. */
const COST = {
  /** One number read and written once. */
  pass: 20,
  /** Starting one of the engine's operations. */
  step: 6e6,
} as const;

/** Reads and writes of each number of a window, and engine operations, by a node's kind: crops of clean maps count. */
const WINDOWED: Partial<Record<GraphNode['operation']['kind'], readonly [passes: number, steps: number]>> = {
  conv2d: [1, 1],
  relu: [5, 12],
  relu6: [6, 12],
  maxPool: [12, 12],
};

/** What a plan takes. */
export interface PlanCost {
  /** Multiply-adds that one copy is worth. */
  readonly work: number;
  /** And one batch beside its copies. */
  readonly batchWork: number;
  /** Bytes that one copy holds at most at once. */
  readonly bytes: number;
}

const product = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);

/** Reckons what a plan takes, from the shapes alone: the same plan is chosen every time. */
export function planCost(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  { windows, whole }: WindowPlan,
): PlanCost {
  /** What of a node's map is computed. */
  const part = (name: string): readonly number[] => {
    const window = windows.get(name)?.spans;
    const shape = shapes.get(name)!;
    return window === undefined ? shape : [window[0].length, window[1].length, shape[2]!];
  };
  const read = new Set(graph.filter(({ name }) => whole.has(name)).flatMap(({ inputs }) => inputs));
  let [work, batchWork, bytes] = [1, 0, 1];
  for (const node of graph) {
    const { name, operation, inputs } = node;
    const size = product(part(name));
    const [passes, steps] = (windows.has(name) ? WINDOWED[operation.kind] : undefined) ?? [2, 2];
    // Where windows end, they are put into whole maps.
    const splices = windows.has(name) && read.has(name);
    const { bytes: beside, share } = inputs.length > 0 ? nodeCost(node, part(inputs[0]!)) : { bytes: 0, share: 1 };
    work += COST.pass * (passes * size + (splices ? 4 * product(shapes.get(name)!) : 0));
    batchWork += COST.step * (steps + (splices ? 8 : 0));
    if (operation.kind === 'conv2d') {
      work += (share * size * product(operation.kernel) * shapes.get(inputs[0]!)![2]!) / operation.groups;
    }
    if (operation.kind === 'dense') work += size * product(shapes.get(inputs[0]!)!);
    const held = inputs.reduce((sum, input) => sum + 8 * product(part(input)), beside + 8 * size);
    bytes = Math.max(bytes, held + (splices ? 8 * product(shapes.get(name)!) : 0));
  }
  return { work, batchWork, bytes };
}
