import { WhylightError } from '../../errors';
import type { Graph, GraphNode, Operation } from '../graph';
import { descriptionOf } from '../operations';
import { numbersIn, type Parameter, type Shape } from '../operations/operation';

/** What a layer or node of TensorFlow gives to the next ones. */
export interface Value {
  readonly node: string;
  /** `[H, W, C]`; null for a vector. */
  readonly map: Shape | null;
  /** How many numbers. */
  readonly length: number;
  /** Of a map that was flattened row by row: its shape, in whose order TensorFlow counts. The graph has channels first. */
  readonly order: Shape | null;
  /** Whether TensorFlow's own axes of a map are channels, rows, columns. */
  readonly channelsFirst: boolean;
  /** A vector that TensorFlow holds as a map of one cell. */
  readonly pixel: boolean;
  /** A softmax, which the graph leaves out: nothing but the output may come after it. */
  readonly softmax: boolean;
}

/** Numbers that a file fixes, as TensorFlow lays them out. */
export interface Constant {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/** A graph that grows node by node, its parameters in PyTorch's order. */
export class TensorFlowGraph {
  readonly #nodes: GraphNode[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }];
  readonly #shapes: Map<string, Shape>;
  readonly #parameters = new Map<string, Parameter>();
  readonly #input: Value;

  /** @param inputShape `[height, width, channels]` */
  constructor(inputShape: Shape, channelsFirst = false) {
    this.#shapes = new Map([['input', inputShape]]);
    this.#input = { ...plain('input', inputShape), channelsFirst };
  }

  get input(): Value {
    return this.#input;
  }

  get nodes(): Graph {
    return this.#nodes;
  }

  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  /**
   * Adds a node under its layer's name, or a name like it where that is taken.
   * @throws WhylightError where the operation does not take these values.
   */
  add(
    layer: string,
    operation: Operation,
    inputs: readonly Value[],
    parameters: Record<string, Parameter> = {},
  ): Value {
    const ended = inputs.find(({ softmax }) => softmax);
    if (ended !== undefined) {
      throw new WhylightError(
        `${layer} is not supported after the network's softmax (allowed: nothing but the output)`,
      );
    }
    let name = layer;
    for (let number = 2; this.#shapes.has(name); number++) name = `${layer}_${number}`;
    const node = { name, operation, inputs: inputs.map((value) => value.node) };
    const { reads, role, kind } = descriptionOf(node);
    const odd = inputs.find(({ map }) => reads !== 'either' && (map !== null) !== (reads === 'maps'));
    if (odd !== undefined) {
      const got = odd.map === null ? `${odd.length} numbers` : odd.map.join('×');
      throw new WhylightError(`${layer} (${kind}) reads a value of ${got} (allowed: ${reads})`);
    }
    const shape = descriptionOf(node).shape(operation, inputs.map(shapeOf), name);
    checkShape(layer, shape);
    this.#nodes.push(node);
    this.#shapes.set(name, shape);
    for (const [part, parameter] of Object.entries(parameters)) this.#parameters.set(`${name}.${part}`, parameter);
    const [first] = inputs;
    const vector = shape.length === 1 && first?.map === null;
    return {
      ...plain(name, shape),
      order: vector && role !== 'linear' ? first.order : null,
      channelsFirst: inputs.some((value) => value.map !== null && value.channelsFirst),
      pixel: vector && first.pixel,
    };
  }
}

/** Far above what a network for pictures holds of one. */
const largest = 2 ** 28;

function checkShape(layer: string, shape: Shape): void {
  const text = shape.join('×');
  if (!shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new WhylightError(`the input is too small, or ${layer} damaged: its output would be ${text}`);
  }
  if (numbersIn(shape) > largest) {
    throw new WhylightError(`the output of ${layer} would be ${text} (allowed: up to 2^28 numbers)`);
  }
}

function plain(node: string, shape: Shape): Value {
  const map = shape.length === 3 ? shape : null;
  return { node, map, length: numbersIn(shape), order: null, channelsFirst: false, pixel: false, softmax: false };
}

const shapeOf = ({ map, length }: Value): Shape => map ?? [length];

/** Channels of a map, numbers of a vector. */
export const channelsOf = ({ map, length }: Value): number => map?.[2] ?? length;

/** TensorFlow's own shape of a value, without the batch. */
export function tensorShape({ map, length, channelsFirst, pixel }: Value): Shape {
  if (map === null) return pixel ? (channelsFirst ? [length, 1, 1] : [1, 1, length]) : [length];
  const [height, width, channels] = map as [number, number, number];
  return channelsFirst ? [channels, height, width] : map;
}

/** Numbers a channel of a flattened map, from rows, columns, channels to the graph's channels, rows, columns. */
export function inOrder(values: Float32Array, { order }: Value): Float32Array {
  if (order === null) return values;
  const [height, width, channels] = order as [number, number, number];
  const result = new Float32Array(values.length);
  for (let at = 0; at < height * width; at++) {
    for (let c = 0; c < channels; c++) result[c * height * width + at] = values[at * channels + c]!;
  }
  return result;
}

export const vector = (values: Float32Array): Parameter => ({ shape: [values.length], values });
