import { tf } from '../../engine';
import { type Graph, readersOf } from '../graph';
import { descriptionOf } from '../operations';
import type { CleanTables } from './clean-tables';
import { applyNode, type EvaluateOptions, type ParameterSource } from './evaluate';
import { moveCells, placeCells, readSpans } from './window-cells';
import { clearOutside, cropWindows, type Starts, spliceWindows } from './window-crops';
import type { WindowNode, WindowPlan } from './window-plan';

/** A network on one clean input. */
export interface CleanNetwork {
  readonly graph: Graph;
  /** Of every node's value, without the batch. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly tables: CleanTables;
  readonly parameter: ParameterSource;
  readonly longRun: NonNullable<EvaluateOptions['longRun']>;
}

/**
 * Follows the change of a batch through all windows.
 *
 * @param change of the input, copies × rows × columns × C of its window; disposed of.
 * @returns the values, on whole maps, that the other nodes read.
 */
export function followChange(
  network: CleanNetwork,
  plan: WindowPlan,
  starts: Starts,
  change: tf.Tensor4D,
): Map<string, tf.Tensor> {
  const { graph, tables } = network;
  const readers = readersOf(graph);
  const changes = new Map([[graph[0]!.name, change]]);
  const result = new Map<string, tf.Tensor>();
  const left = new Map<string, number>();
  for (const [name, window] of plan.windows) {
    const { node } = window;
    if (node.inputs.length > 0) {
      changes.set(
        name,
        tf.tidy(() => nodeChange(network, plan, starts, window, changes, readers)),
      );
    }
    const reading = readers.get(name) ?? [];
    if (reading.some((reader) => plan.whole.has(reader.name))) {
      result.set(
        name,
        tf.tidy(() => {
          const patches: tf.Tensor4D = tf.add(cropWindows(tables.table(name), starts, window), changes.get(name)!);
          return spliceWindows(tables.table(name), patches, starts, window);
        }),
      );
    }
    left.set(name, reading.filter((reader) => plan.windows.has(reader.name)).length);
    for (const input of new Set(node.inputs.filter((one) => plan.windows.has(one)))) {
      left.set(input, left.get(input)! - 1);
      if (left.get(input) === 0) changes.get(input)!.dispose();
    }
  }
  return result;
}

/** The change of one node from those of its inputs. */
function nodeChange(
  { shapes, tables, parameter, longRun }: CleanNetwork,
  plan: WindowPlan,
  starts: Starts,
  window: WindowNode,
  changes: ReadonlyMap<string, tf.Tensor4D>,
  readers: ReturnType<typeof readersOf>,
): tf.Tensor4D {
  const { node, spans } = window;
  const { name, operation, inputs } = node;
  const { reach, change, outside } = descriptionOf(node).window(operation)!;
  const cells = reach === null ? spans : readSpans(spans, reach);
  const from = inputs.map((input) => plan.windows.get(input)!);
  const isConstant = (i: number) => !plan.windows.has(inputs[i]!);
  const changed = change({
    count: inputs.length,
    change: (i) => placeCells(changes.get(inputs[i]!)!, from[i]!.spans, cells),
    unpadded: (i) => moveCells(changes.get(inputs[i]!)!, from[i]!.spans, cells),
    before: (i, form) => cropWindows(tables.table(inputs[i]!, form), starts, { ...from[i]!, spans: cells }),
    constant: (i) => (isConstant(i) ? tables.vector(inputs[i]!) : null),
    clean: () => cropWindows(tables.table(name), starts, window),
    weight: (part) => parameter(`${name}.${part}`),
    forward: (like, values) =>
      applyNode({ ...node, operation: like }, values, parameter, { free: true, longRun }) as tf.Tensor4D,
  });
  const stays = outside === 'zero' || outside === 'kept' || (outside === 'some' && areClearing(name, readers));
  return stays ? changed : clearOutside(changed, shapes.get(name)!, starts, window, outside === 'huge');
}

/** Whether all that read a node make 0 of what lies outside the map, as a ReLU does: then it need not be made 0 before. */
function areClearing(name: string, readers: ReturnType<typeof readersOf>): boolean {
  return (readers.get(name) ?? []).every((reader) => {
    const outside = descriptionOf(reader).window(reader.operation)?.outside;
    return outside === 'zero' || (outside === 'kept' && areClearing(reader.name, readers));
  });
}
