import { scoped, tf } from '../../engine';
import { BATCH_WORK } from '../batch-size';
import { foldBatchNorm } from '../fold-batch-norm';
import type { GraphNode, Operation } from '../graph';
import { layerTable } from '../layer-table';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { convolve } from './convolution';
import { uploadParameters } from './engine-layout';
import { evaluate } from './evaluate';
import { planWindows, type Span, sliding, type WindowNode, type WindowPlan } from './window-plan';

/** Below every activation, and finite. */
const LOW = -3e38;

/** Beyond this share of a map, its window costs more than the whole map (measured on ResNet-18 at 224 px: of 0.4, 0.55, 0.7 and 0.85 this is best). */
const SHARE = 0.7;

/** Copies of the clean input that differ from it in one rectangle each: every `tops` with every `lefts`. */
export interface ChangedRectangles {
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** `[height, width]` in px; what lies outside the input is left out. */
  readonly size: readonly [number, number];
  /** What the rectangles show, H×W×C of the input. */
  readonly filling: Float32Array;
}

/** A network with all its values on one clean input; `close` frees them. */
export interface IncrementalSession {
  /** Raw outputs per copy. */
  readonly outputs: number;
  /**
   * Raw outputs of the copies, in the order of `tops` × `lefts`. All tops, and all lefts, must leave the same
   * remainder when divided by `period`, or `offset` must say where in the period their window begins.
   */
  readonly run: (rectangles: ChangedRectangles, offset: readonly [number, number]) => Float32Array;
  /** Starts of windows lie this many px apart. */
  readonly period: number;
  /** Copies in one batch for rectangles of this size: as many as fit into `memoryMB` and into about half a second's work. */
  readonly capacity: (size: readonly [number, number], memoryMB: number) => number;
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
export function openIncremental(network: Network, values: Float32Array, { share = SHARE } = {}): IncrementalSession {
  const { graph, parameters } = foldBatchNorm(network).network;
  const { inputShape } = network;
  const shapes = nodeShapes(graph, inputShape);
  const uploaded = uploadParameters(graph, parameters);
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph) for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  const clean = new Map<string, tf.Tensor>();
  scoped(() => {
    const maps = graph.filter(({ name }) => shapes.get(name)!.length === 3).map(({ name }) => name);
    const found = evaluate(graph, tf.tensor(values, [1, ...inputShape]), uploaded.source, { keep: new Set(maps) });
    for (const name of maps) clean.set(name, tf.keep(tf.clone(found.get(name)!)));
  });
  // Strides beyond 16 px are reached where windows cover their map anyway; larger periods make smaller groups.
  const period = 16;
  const last = graph.at(-1)!.name;
  const outputs = shapes.get(last)!.reduce((product, length) => product * length, 1);

  /** What a ReLU makes 0 outside the map need not be made 0 before. */
  const cleared = (name: string): boolean =>
    (readers.get(name) ?? []).every(
      ({ name: reader, operation: { kind } }) =>
        kind === 'relu' || kind === 'relu6' || ((kind === 'add' || kind === 'batchNorm') && cleared(reader)),
    );

  const run = (rectangles: ChangedRectangles, offset: readonly [number, number]): Float32Array => {
    const starts = [rectangles.tops, rectangles.lefts].map((edges, axis) =>
      edges.map((edge) => Math.floor((edge - offset[axis]!) / period) * period),
    ) as [number[], number[]];
    const inputSpans = [0, 1].map((axis) => {
      const edges = axis === 0 ? rectangles.tops : rectangles.lefts;
      const late = Math.max(...edges.map((edge, i) => edge - starts[axis]![i]! - offset[axis]!));
      return { start: offset[axis]!, length: rectangles.size[axis]! + late };
    }) as [Span, Span];
    const plan = planWindows(graph, inputShape, inputSpans, period, share);
    return scoped(() => {
      const batch = starts[0].length * starts[1].length;
      const changes = new Map<string, tf.Tensor4D>();
      changes.set(graph[0]!.name, inputChange(rectangles, starts, plan.windows.get(graph[0]!.name)!));
      const crops = cropper(starts);
      const uses = usesOf(plan);
      for (const [name, window] of plan.windows) {
        if (window.node.operation.kind === 'input') continue;
        const made = tf.tidy(() => step(window, plan, changes, crops));
        changes.set(name, made);
        for (const input of window.node.inputs) {
          uses.set(input, uses.get(input)! - 1);
          if (uses.get(input) === 0) changes.get(input)!.dispose();
        }
      }
      const border = new Map<string, tf.Tensor>();
      for (const name of plan.windows.keys()) {
        const wanted = name === last || (readers.get(name) ?? []).some((reader) => plan.whole.has(reader.name));
        if (!wanted) continue;
        border.set(
          name,
          tf.tidy(() => splice(plan.windows.get(name)!, changes.get(name)!, crops, batch)),
        );
        changes.get(name)!.dispose();
      }
      if (border.has(last)) return border.get(last)!.dataSync() as Float32Array;
      const [first] = border.keys() as unknown as Iterable<string>;
      const from = first!;
      const known = new Map([...border].filter(([name]) => name !== from));
      return evaluate(graph, border.get(from)!, uploaded.source, { from, known, free: true })
        .get(last)!
        .dataSync() as Float32Array;
    });
  };

  function usesOf(plan: WindowPlan): Map<string, number> {
    // One that a whole node reads is kept until it is spliced.
    const uses = new Map<string, number>();
    for (const name of plan.windows.keys()) {
      const reading = readers.get(name) ?? [];
      const held = name === last || reading.some((reader) => plan.whole.has(reader.name)) ? 1 : 0;
      const times = reading.reduce((sum, reader) => sum + reader.inputs.filter((input) => input === name).length, 0);
      uses.set(name, times + held);
    }
    return uses;
  }

  function inputChange(
    { tops, lefts, size, filling }: ChangedRectangles,
    starts: readonly [number[], number[]],
    { spans }: WindowNode,
  ): tf.Tensor4D {
    const [height, width, channels] = inputShape;
    const [rows, columns] = [spans[0].length, spans[1].length];
    const result = new Float32Array(tops.length * lefts.length * rows * columns * channels);
    tops.forEach((top, i) => {
      lefts.forEach((left, j) => {
        const base = (i * lefts.length + j) * rows * columns;
        for (let y = Math.max(0, top); y < Math.min(height, top + size[0]); y++) {
          const row = y - starts[0][i]! - spans[0].start;
          for (let x = Math.max(0, left); x < Math.min(width, left + size[1]); x++) {
            const to = (base + row * columns + (x - starts[1][j]! - spans[1].start)) * channels;
            const from = (y * width + x) * channels;
            for (let c = 0; c < channels; c++) result[to + c] = filling[from + c]! - values[from + c]!;
          }
        }
      });
    });
    return tf.tensor4d(result, [tops.length * lefts.length, rows, columns, channels]);
  }

  /** Windows of a clean map, one a copy; `outside` stands around the map. */
  function cropper(starts: readonly [number[], number[]]) {
    return (table: tf.Tensor, stride: readonly [number, number], spans: readonly [Span, Span], outside: number) => {
      const [, height, width, channels] = table.shape as [number, number, number, number];
      const around = tf.pad(
        tf.reshape(table, [height, width, channels]) as tf.Tensor3D,
        [
          [0, 1],
          [0, 1],
          [0, 0],
        ],
        outside,
      );
      const cells = (axis: 0 | 1, length: number) =>
        starts[axis].flatMap((start) =>
          Array.from({ length: spans[axis].length }, (_, i) => {
            const at = start / stride[axis] + spans[axis].start + i;
            return at < 0 || at >= length ? length : at;
          }),
        );
      const [rows, columns] = [cells(0, height), cells(1, width)];
      const [down, across] = [starts[0].length, starts[1].length];
      // Rows first, so that the larger, second gather copies whole runs of cells.
      const bands = columnBands(around, columns, across, spans[1].length);
      const indices = new Int32Array(down * across * spans[0].length);
      let at = 0;
      for (let i = 0; i < down; i++) {
        for (let j = 0; j < across; j++) {
          for (let r = 0; r < spans[0].length; r++) indices[at++] = j * (height + 1) + rows[i * spans[0].length + r]!;
        }
      }
      const gathered = tf.gather(bands, tf.tensor1d(indices, 'int32'));
      return tf.reshape(gathered, [down * across, spans[0].length, spans[1].length, channels]) as tf.Tensor4D;
    };
  }

  function columnBands(around: tf.Tensor3D, columns: readonly number[], across: number, length: number): tf.Tensor2D {
    const [height, width, channels] = around.shape;
    const flat = tf.reshape(around, [height * width, channels]);
    const indices = new Int32Array(across * height * length);
    let at = 0;
    for (let j = 0; j < across; j++) {
      for (let y = 0; y < height; y++) {
        for (let i = 0; i < length; i++) indices[at++] = y * width + columns[j * length + i]!;
      }
    }
    return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32')), [across * height, length * channels]);
  }

  type Crops = ReturnType<typeof cropper>;

  /** The change of one node from those of its inputs. */
  function step(window: WindowNode, plan: WindowPlan, changes: Map<string, tf.Tensor4D>, crops: Crops): tf.Tensor4D {
    const { node, spans, stride } = window;
    const { operation, name } = node;
    const from = node.inputs.map((input) => plan.windows.get(input)!);
    const [x] = node.inputs.map((input) => changes.get(input)!) as [tf.Tensor4D];
    const table = (of: string) => clean.get(of)!;
    switch (operation.kind) {
      case 'conv2d': {
        const needed = neededSpans(operation, spans);
        const y = spread(x, from[0]!.spans, needed, operation, uploaded.source(`${name}.weight`) as tf.Tensor4D);
        return cleared(name) ? y : masked(y, window, crops);
      }
      case 'maxPool': {
        const needed = neededSpans(operation, spans);
        const before = crops(table(node.inputs[0]!), from[0]!.stride, needed, LOW);
        const after = tf.maxPool(
          tf.add(before, place(x, from[0]!.spans, needed)) as tf.Tensor4D,
          [...operation.kernel],
          [...operation.stride],
          'valid',
        );
        return masked(tf.sub(after, crops(table(name), stride, spans, 0)), window, crops);
      }
      case 'avgPool': {
        const placed = place(x, from[0]!.spans, neededSpans(operation, spans));
        return masked(tf.avgPool(placed, [...operation.kernel], [...operation.stride], 'valid'), window, crops);
      }
      case 'relu':
      case 'relu6': {
        const before = crops(table(node.inputs[0]!), stride, spans, LOW);
        const rectify = (value: tf.Tensor4D) =>
          operation.kind === 'relu' ? tf.relu(value) : tf.clipByValue(value, 0, 6);
        return tf.sub(rectify(tf.add(before, x)), rectify(before));
      }
      case 'batchNorm': {
        const variance = tf.add(uploaded.source(`${name}.running_var`), operation.epsilon);
        return tf.mul(x, tf.mul(uploaded.source(`${name}.weight`), tf.rsqrt(variance)));
      }
      case 'rescale':
        return tf.mul(x, tf.tensor1d([...operation.scale]));
      default: {
        const placed = node.inputs.map((input, i) => place(changes.get(input)!, from[i]!.spans, spans));
        if (operation.kind === 'concat') return tf.concat(placed, 3);
        return placed.reduce((sum, value) => tf.add(sum, value), tf.zerosLike(placed[0]!));
      }
    }
  }

  /** Cells outside the map have no change. */
  function masked(x: tf.Tensor4D, { node, spans, stride }: WindowNode, crops: Crops): tf.Tensor4D {
    const [height, width] = shapes.get(node.name)! as [number, number];
    return tf.mul(x, crops(tf.ones([1, height, width, 1]), stride, spans, 0));
  }

  /** Whole maps: the clean one, with each copy's window in its place. */
  function splice({ node, spans, stride }: WindowNode, change: tf.Tensor4D, crops: Crops, batch: number): tf.Tensor {
    const [height, width, channels] = shapes.get(node.name)! as [number, number, number];
    const [rows, columns] = [spans[0].length, spans[1].length];
    // Where each cell of each copy comes from: its window if that covers it, else the clean map.
    const numbers = crops(
      tf.reshape(tf.range(0, height * width, 1, 'float32'), [1, height, width, 1]),
      stride,
      spans,
      -1,
    ).dataSync();
    const indices = new Int32Array(batch * height * width);
    for (let i = 0; i < indices.length; i++) indices[i] = batch * rows * columns + (i % (height * width));
    numbers.forEach((number, i) => {
      if (number >= 0) indices[Math.floor(i / (rows * columns)) * height * width + number] = i;
    });
    const patches = tf.add(crops(clean.get(node.name)!, stride, spans, 0), change);
    const table = tf.concat(
      [tf.reshape(patches, [-1, channels]), tf.reshape(clean.get(node.name)!, [-1, channels])],
      0,
    );
    return tf.reshape(tf.gather(table, tf.tensor1d(indices, 'int32')), [batch, height, width, channels]);
  }

  const capacity = (size: readonly [number, number], memoryMB: number): number => {
    const spans = size.map((length) => ({ start: 0, length })) as unknown as readonly [Span, Span];
    const plan = planWindows(graph, inputShape, spans, period, share);
    const bytes = (name: string) => {
      const shape = shapes.get(name)!;
      const window = plan.windows.get(name)?.spans;
      const places = window === undefined ? 1 : (window[0].length * window[1].length) / (shape[0]! * shape[1]!);
      return places * shape.reduce((product, length) => product * length, 4);
    };
    // Each step holds its inputs, their padded copies, a clean crop and its result.
    const held = graph.map(({ name, inputs }) =>
      inputs.reduce((sum, input) => sum + 2 * bytes(input), 2 * bytes(name)),
    );
    const work = layerTable({ graph, inputShape })
      .filter(({ name }) => plan.whole.has(name))
      .reduce((sum, { multiplyAdds }) => sum + multiplyAdds, plan.multiplyAdds + 1);
    return Math.max(1, Math.floor(Math.min(256, (memoryMB * 1e6) / (2 * Math.max(...held)), BATCH_WORK / work)));
  };

  return {
    outputs,
    run,
    period,
    capacity,
    close: () => {
      uploaded.dispose();
      for (const tensor of clean.values()) tensor.dispose();
      clean.clear();
    },
  };
}

/** Input cells that a sliding operation reads for the given outputs. */
function neededSpans(operation: Operation, spans: readonly [Span, Span]): readonly [Span, Span] {
  const { extent, stride, before } = sliding(operation)!;
  const along = (axis: 0 | 1): Span => ({
    start: spans[axis].start * stride[axis] - before[axis],
    length: (spans[axis].length - 1) * stride[axis] + extent[axis],
  });
  return [along(0), along(1)];
}

/** Convolves a change on the cells that the outputs read. */
function spread(
  x: tf.Tensor4D,
  from: readonly [Span, Span],
  to: readonly [Span, Span],
  operation: Operation & { kind: 'conv2d' },
  weight: tf.Tensor4D,
): tf.Tensor4D {
  const gaps = ([0, 1] as const).map((axis): [number, number] => {
    const before = from[axis].start - to[axis].start;
    return [before, to[axis].length - from[axis].length - before];
  });
  const plain = operation.groups === 1 && operation.dilation.every((rate) => rate === 1);
  // The engine pads as it convolves, without a copy, where it can.
  if (plain && gaps.flat().every((gap) => gap >= 0)) {
    return tf.conv2d(x, weight, [...operation.stride], [[0, 0], gaps[0]!, gaps[1]!, [0, 0]]);
  }
  return convolve(place(x, from, to), weight, { ...operation, padding: [0, 0, 0, 0] });
}

/** The same change on other cells: zeros around it, and without what lies outside of them. */
function place(x: tf.Tensor4D, from: readonly [Span, Span], to: readonly [Span, Span]): tf.Tensor4D {
  const gaps = ([0, 1] as const).map((axis) => {
    const before = from[axis].start - to[axis].start;
    return [before, to[axis].length - from[axis].length - before] as const;
  });
  const cut = gaps.map(([before]) => Math.max(0, -before));
  const kept = gaps.map(
    ([before, after], axis) => from[axis as 0 | 1].length + Math.min(0, before) + Math.min(0, after),
  );
  const whole = gaps.every(([before, after]) => before >= 0 && after >= 0);
  const inner = whole ? x : tf.slice(x, [0, cut[0]!, cut[1]!, 0], [-1, kept[0]!, kept[1]!, -1]);
  if (gaps.every(([before, after]) => before <= 0 && after <= 0)) return inner;
  const padding = gaps.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as [number, number]);
  return tf.pad(inner, [[0, 0], padding[0]!, padding[1]!, [0, 0]]);
}
