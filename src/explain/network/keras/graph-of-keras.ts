import { WhylightError } from '../../errors';
import type { Graph, GraphNode, Operation } from '../graph';
import type { Parameter } from '../network';
import { nodeShapes } from '../node-shapes';
import { descriptionOf } from '../operations';
import type { KerasLayer, KerasModel, KerasWeight } from './model-file';

/** What a layer gives to the next ones. */
export interface Value {
  readonly node: string;
  /** `[H, W, C]`; null for a vector. */
  readonly map: readonly number[] | null;
  readonly length: number;
  /** For a flattened map: the map's shape, whose order the weights after it follow. */
  readonly order: readonly number[] | null;
  /** The activation that ends the network; nothing but the output may come after it. */
  readonly end: 'softmax' | 'sigmoid' | null;
}

/** Numbers in a value. */
export function sizeOf({ length }: Value): number {
  return length;
}

/** A graph that grows layer by layer, its parameters in PyTorch's order, and the model's weights by layer. */
export class GraphOfKeras {
  readonly #nodes: GraphNode[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }];
  readonly #parameters = new Map<string, Parameter>();
  readonly #weights: KerasModel['weights'];
  readonly #inputShape: readonly [number, number, 3];

  constructor(weights: KerasModel['weights'], inputShape: readonly [number, number, 3]) {
    this.#weights = weights;
    this.#inputShape = inputShape;
  }

  get input(): Value {
    return { node: 'input', map: this.#inputShape, length: 0, order: null, end: null };
  }

  get graph(): Graph {
    return this.#nodes;
  }

  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  /** Adds a node under its layer's name, or a name like it where that is taken. */
  add(base: string, operation: Operation, inputs: readonly Value[], parameters: Record<string, Parameter> = {}): Value {
    let name = base;
    for (let number = 2; this.#nodes.some((node) => node.name === name); number++) name = `${base}_${number}`;
    const node = { name, operation, inputs: inputs.map((value) => value.node) };
    this.#nodes.push(node);
    for (const [part, parameter] of Object.entries(parameters)) this.#parameters.set(`${name}.${part}`, parameter);
    const shape = nodeShapes(this.#nodes, this.#inputShape).get(name)!;
    const length = shape.reduce((product, axis) => product * axis, 1);
    const order = shape.length === 3 ? null : (inputs[0]?.order ?? null);
    const nextOrder = descriptionOf(node).role === 'linear' ? null : order;
    return { node: name, map: shape.length === 3 ? shape : null, length, order: nextOrder, end: null };
  }

  /** A layer's weight by its last name (`kernel`), wherever the file's naming puts the layer's name. */
  weight(layer: KerasLayer, part: string): KerasWeight {
    const candidates = [...this.#weights.keys()].filter((name) => {
      const words = name.replace(/:\d+$/, '').split('/');
      return words.at(-1) === part && words.slice(0, -1).includes(layer.name);
    });
    const exact = candidates.filter((name) => name === `${layer.name}/${part}`);
    const nearest = exact.length > 0 ? exact : candidates;
    if (nearest.length === 1) return this.#weights.get(nearest[0]!)!;
    throw new WhylightError(
      nearest.length === 0
        ? `the weights hold no ${part} of layer ${layer.name} (${layer.className})`
        : `the weights hold several ${part} of layers named ${layer.name}: ${nearest.join(', ')}`,
    );
  }

  /** A layer's bias; null where it has none. */
  bias(layer: KerasLayer): KerasWeight | null {
    return layer.config.use_bias === false ? null : this.weight(layer, 'bias');
  }
}
