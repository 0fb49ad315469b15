import { nodeCost } from '../batch-size';
import type { Graph } from '../graph';
import { descriptionOf } from '../operations';
import { numbersIn, PLAIN_STEPS, type Precision } from '../operations/operation';
import type { WindowPlan } from './window-plan';

/** Multiply-adds of a convolution that other work is worth, measured on two cores. */
const COST = {
  /** One number read and written once. */
  pass: 20,
  /** Starting one of the engine's operations. */
  step: 6e6,
} as const;

/** What a plan takes. */
export interface PlanCost {
  /** Multiply-adds that one copy is worth. */
  readonly work: number;
  /** And one batch beside its copies. */
  readonly batchWork: number;
  /** Bytes that one copy holds at most at once. */
  readonly bytes: number;
}

/** Reckons what a plan takes, from the shapes alone: the same plan is chosen every time. */
export function planCost(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  { windows, whole }: WindowPlan,
  precision: Precision = 'float32',
): PlanCost {
  /** What of a node's map is computed. */
  const part = (name: string): readonly number[] => {
    const window = windows.get(name)?.spans;
    const shape = shapes.get(name)!;
    return window === undefined ? shape : [window[0].length, window[1].length, shape[2]!];
  };
  const sources = new Set(graph.filter(({ name }) => whole.has(name)).flatMap(({ inputs }) => inputs));
  let [work, batchWork, bytes] = [1, 0, 1];
  for (const node of graph) {
    const { name, operation, inputs } = node;
    if (!windows.has(name) && !whole.has(name)) continue;
    const size = numbersIn(part(name));
    const { window, multiplyAdds } = descriptionOf(node);
    const { passes, steps } = (windows.has(name) ? window(operation) : null) ?? PLAIN_STEPS;
    // Where windows end, they are put into whole maps.
    const splice = windows.has(name) && sources.has(name) ? numbersIn(shapes.get(name)!) : 0;
    const { bytes: beside, share } =
      inputs.length > 0 ? nodeCost(node, part(inputs[0]!), precision) : { bytes: 0, share: 1 };
    work += COST.pass * (passes * size + 4 * splice);
    work += share * size * multiplyAdds(operation, shapes.get(inputs[0]!) ?? []);
    batchWork += COST.step * (steps + (splice > 0 ? 8 : 0));
    const held = inputs.reduce((sum, input) => sum + 8 * numbersIn(part(input)), beside + 8 * size);
    bytes = Math.max(bytes, held + 8 * splice);
  }
  return { work, batchWork, bytes };
}
