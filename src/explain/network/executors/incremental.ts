import { scoped, tf } from '../../engine';
import { foldBatchNorm } from '../fold-batch-norm';
import type { GraphNode, Operation, Padding } from '../graph';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { uploadParameters } from './engine-layout';
import { applyNode, evaluate } from './evaluate';
import { padMap } from './pad-map';
import { bordered, clearOutside, cropWindows, type Starts, spliceWindows, type Table } from './window-crops';
import { planWindows, type Span, slide, type WindowNode, type WindowPlan, type WindowRules } from './window-plan';
import type { Place } from './window-schedule';

/** What is changed of the clean input: a rectangle of one size, which shows another picture. */
export interface RectangleChange {
  /** `[height, width]` in px; what lies outside the input is left out. */
  readonly size: readonly [number, number];
  /** What the rectangles show, H×W×C of the input. */
  readonly filling: Float32Array;
  /** How many copies will be run in all, about. */
  readonly copies: number;
}

/** A rectangle's first row and column, in px. */
type Corner = Pick<Place, 'top' | 'left'>;

/** A network with all its values on one clean input; `close` frees them. */
export interface IncrementalSession {
  /** Raw outputs per copy. */
  readonly outputs: number;
  /** Those of the clean input. */
  readonly cleanOutputs: Float32Array;
  /**
   * Raw outputs of the copies with a rectangle at each of these places, copy by copy.
   * @param rules how windows are followed, as `scheduleWindows` chooses; with a growth below 1 an approximation.
   */
  readonly run: (places: readonly Corner[], rules: WindowRules) => Float32Array;
  readonly close: () => void;
}

/**
 * Opens a session for exact incremental inference: of each copy only what its rectangle can reach is computed, as the
 * difference to the clean values (every convolution is linear, so clean cells take no part), until the windows cover
 * most of a map; from there on the whole maps are. Same numbers as `openForward` but for float32 rounding
 * (Nakandala et al. 2019, doi:10.1145/3299869.3319874, have the idea).
 *
 * @param values H×W×C of the clean input.
 */
export function openIncremental(
  network: Network,
  values: Float32Array,
  { size, filling, copies }: RectangleChange,
): IncrementalSession {
  const { graph, parameters } = foldBatchNorm(network).network;
  const { inputShape } = network;
  const shapes = nodeShapes(graph, inputShape);
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph) for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  const readersOf = (name: string) => readers.get(name) ?? [];
  const uploaded = uploadParameters(graph, parameters);
  const winograd = { copies, weight: uploaded.winograd };
  const clean = new Map<string, Table>();
  const last = graph.at(-1)!.name;
  const cleanOutputs = scoped(() => {
    const maps = new Set(graph.map(({ name }) => name).filter((name) => shapes.get(name)!.length === 3));
    const found = evaluate(graph, tf.tensor(values, [1, ...inputShape]), uploaded.source, { keep: maps, free: true });
    for (const name of maps) {
      const table = bordered(found.get(name) as tf.Tensor4D);
      clean.set(name, { ...table, cells: tf.keep(table.cells) });
    }
    return found.get(last)!.dataSync() as Float32Array;
  });
  const outputs = product(shapes.get(last)!);

  const halves = new Map<string, { below: Table; above: Table }>();
  /** min(b, 0) and −relu(b) of a clean map. */
  const rectified = (name: string) => {
    const table = clean.get(name)!;
    const found = halves.get(name) ?? {
      below: { ...table, cells: tf.keep(tf.minimum(table.cells, 0)) },
      above: { ...table, cells: tf.keep(tf.neg(tf.relu(table.cells))) },
    };
    halves.set(name, found);
    return found;
  };

  const run = (places: readonly Corner[], rules: WindowRules): Float32Array => {
    const { period } = rules;
    const begin = (edge: number) => edge - (edge % period);
    const different = (all: readonly number[]) => [...new Set(all)];
    const [rows, columns] = [
      different(places.map(({ top }) => begin(top))),
      different(places.map(({ left }) => begin(left))),
    ];
    const starts: Starts = {
      edges: [rows, columns],
      copies: places.map(({ top, left }) => [rows.indexOf(begin(top)), columns.indexOf(begin(left))]),
    };
    const along = (axis: 0 | 1): Span => {
      const offsets = places.map(({ top, left }) => (axis === 0 ? top : left) % period);
      const start = Math.min(...offsets);
      return { start, length: size[axis] + Math.max(...offsets) - start };
    };
    const spans = [along(0), along(1)] as const;
    const plan = planWindows(graph, shapes, spans, rules);
    return scoped(() => {
      const whole = wholeMaps(plan, starts, inputChange(places, spans, period));
      const [from] = [...whole.keys()];
      const known = new Map([...whole].filter(([name]) => name !== from));
      return evaluate(graph, whole.get(from!)!, uploaded.source, { from, known, free: true, winograd })
        .get(last)!
        .dataSync() as Float32Array;
    });
  };

  /** Follows the change through all windows; gives the values, on whole maps, that the other nodes read. */
  function wholeMaps(plan: WindowPlan, starts: Starts, change: tf.Tensor4D): Map<string, tf.Tensor> {
    const changes = new Map([[graph[0]!.name, change]]);
    const result = new Map<string, tf.Tensor>();
    const left = new Map<string, number>();
    for (const [name, window] of plan.windows) {
      if (name !== graph[0]!.name)
        changes.set(
          name,
          tf.tidy(() => step(window, plan, changes, starts)),
        );
      const reading = readersOf(name);
      if (reading.some((reader) => plan.whole.has(reader.name))) {
        result.set(
          name,
          tf.tidy(() => {
            const patches = tf.add(cropWindows(clean.get(name)!, starts, window), changes.get(name)!) as tf.Tensor4D;
            return spliceWindows(clean.get(name)!, patches, starts, window);
          }),
        );
      }
      left.set(name, reading.filter((reader) => plan.windows.has(reader.name)).length);
      for (const input of new Set(window.node.inputs)) {
        left.set(input, left.get(input)! - 1);
        if (left.get(input) === 0) changes.get(input)!.dispose();
      }
    }
    return result;
  }

  /** filling − input in each rectangle, 0 around it. */
  function inputChange(places: readonly Corner[], [down, across]: readonly [Span, Span], period: number): tf.Tensor4D {
    const [height, width, channels] = inputShape;
    const shape = [places.length, down.length, across.length, channels] as const;
    const result = new Float32Array(product(shape));
    places.forEach(({ top, left }, copy) => {
      const base = copy * down.length * across.length;
      for (let y = top; y < Math.min(height, top + size[0]); y++) {
        const row = y - top + (top % period) - down.start;
        for (let x = left; x < Math.min(width, left + size[1]); x++) {
          const column = x - left + (left % period) - across.start;
          const to = (base + row * across.length + column) * channels;
          const from = (y * width + x) * channels;
          for (let c = 0; c < channels; c++) result[to + c] = filling[from + c]! - values[from + c]!;
        }
      }
    });
    return tf.tensor4d(result, [...shape]);
  }

  /** The change of one node from those of its inputs. */
  function step(window: WindowNode, plan: WindowPlan, changes: ReadonlyMap<string, tf.Tensor4D>, starts: Starts) {
    const { node, spans } = window;
    const { operation, name, inputs } = node;
    const from = inputs.map((input) => plan.windows.get(input)!);
    const x = changes.get(inputs[0]!)!;
    const apply = (changed: Operation, ...all: tf.Tensor[]) =>
      applyNode({ ...node, operation: changed }, all, uploaded.source, { free: true, winograd }) as tf.Tensor4D;
    const cleared = (y: tf.Tensor4D) => (clears(name) ? y : clearOutside(y, shapes.get(name)!, starts, window));
    switch (operation.kind) {
      case 'conv2d': {
        const { inner, padding } = moved(x, from[0]!.spans, neededSpans(operation, spans));
        return cleared(apply({ ...operation, padding, bias: false }, inner));
      }
      case 'avgPool': {
        const placed = place(x, from[0]!.spans, neededSpans(operation, spans));
        return cleared(apply({ ...operation, padding: [0, 0, 0, 0] }, placed));
      }
      case 'maxPool': {
        const needed = neededSpans(operation, spans);
        const before = cropWindows(clean.get(inputs[0]!)!, starts, { ...from[0]!, spans: needed });
        const bare = { ...operation, padding: [0, 0, 0, 0], ceil: false } as const;
        const after = apply(bare, tf.add(before, place(x, from[0]!.spans, needed)));
        // Always: outside the map this is some −LOWEST, which a scale or a sum before the next ReLU makes infinite.
        const change = tf.sub(after, cropWindows(clean.get(name)!, starts, window)) as tf.Tensor4D;
        return clearOutside(change, shapes.get(name)!, starts, window);
      }
      case 'relu': {
        // relu(b + d) − relu(b) = max(d + min(b, 0), −relu(b)): two clean tables, and no clean value computed anew.
        const { below, above } = rectified(inputs[0]!);
        const kept = tf.add(x, cropWindows(below, starts, window));
        return tf.maximum(kept, cropWindows(above, starts, window)) as tf.Tensor4D;
      }
      case 'relu6': {
        const before = cropWindows(clean.get(inputs[0]!)!, starts, window);
        return tf.sub(apply(operation, tf.add(before, x)), apply(operation, before)) as tf.Tensor4D;
      }
      case 'batchNorm': {
        const variance = tf.add(uploaded.source(`${name}.running_var`), operation.epsilon);
        return tf.mul(x, tf.mul(uploaded.source(`${name}.weight`), tf.rsqrt(variance))) as tf.Tensor4D;
      }
      case 'rescale':
        return apply({ ...operation, shift: operation.shift.map(() => 0) }, x);
      default:
        return apply(operation, ...inputs.map((input, i) => place(changes.get(input)!, from[i]!.spans, spans)));
    }
  }

  /** Whether all that read a node make 0 of what lies outside the map, as a ReLU does: then it need not be made 0 before. */
  function clears(name: string): boolean {
    return readersOf(name).every(({ name: reader, operation: { kind } }) => {
      const passes = kind === 'add' || kind === 'batchNorm';
      return kind === 'relu' || kind === 'relu6' || (passes && clears(reader));
    });
  }

  return {
    outputs,
    cleanOutputs,
    run,
    close: () => {
      uploaded.dispose();
      const tables = [...clean.values(), ...[...halves.values()].flatMap(({ below, above }) => [below, above])];
      tf.dispose(tables.map(({ cells }) => cells));
      clean.clear();
      halves.clear();
    },
  };
}

const product = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);

/** Input cells that a sliding operation reads for the given outputs. */
function neededSpans(operation: Operation, spans: readonly [Span, Span]): readonly [Span, Span] {
  const { extent, stride, before } = slide(operation)!;
  const along = (axis: 0 | 1): Span => ({
    start: spans[axis].start * stride[axis] - before[axis],
    length: (spans[axis].length - 1) * stride[axis] + extent[axis],
  });
  return [along(0), along(1)];
}

/** A change on other cells: what of it lies there, and the zeros to put around it. */
function moved(x: tf.Tensor4D, from: readonly [Span, Span], to: readonly [Span, Span]) {
  const gaps = ([0, 1] as const).map((axis) => {
    const before = from[axis].start - to[axis].start;
    return [before, to[axis].length - from[axis].length - before] as const;
  });
  const padding = gaps.flat().map((gap) => Math.max(0, gap)) as unknown as Padding;
  if (gaps.flat().every((gap) => gap >= 0)) return { inner: x, padding };
  const [rows, columns] = gaps.map(([before, after], axis) => ({
    begin: Math.max(0, -before),
    count: from[axis as 0 | 1].length + Math.min(0, before) + Math.min(0, after),
  }));
  const inner = tf.slice(x, [0, rows!.begin, columns!.begin, 0], [-1, rows!.count, columns!.count, -1]);
  return { inner, padding };
}

function place(x: tf.Tensor4D, from: readonly [Span, Span], to: readonly [Span, Span]): tf.Tensor4D {
  const { inner, padding } = moved(x, from, to);
  return padMap(inner, padding, 0);
}
