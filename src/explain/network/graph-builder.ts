import type { Graph, GraphNode, Operation, Padding, Pair } from './graph';

/** Options of a convolution; numbers stand for both axes. */
export interface ConvolutionOptions {
  readonly kernel: number | Pair;
  readonly stride?: number | Pair;
  /** Symmetric, or `[top, bottom, left, right]`. Default 0. */
  readonly padding?: number | Padding;
  readonly groups?: number;
  readonly dilation?: number;
  /** Default false. */
  readonly bias?: boolean;
}

/** Options of a pool. */
export interface PoolOptions {
  readonly kernel: number;
  readonly stride: number;
  readonly padding?: number;
  readonly ceil?: boolean;
  /** Of an average pool: zeros around the map count. Default true. */
  readonly countPadding?: boolean;
}

const pair = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);
const edges = (value: number | Padding): Padding => (typeof value === 'number' ? [value, value, value, value] : value);

/** Writes a graph down node by node; every call returns the new node's name. */
export class GraphBuilder {
  readonly #nodes: GraphNode[];

  /** @param before nodes to go on from. Default: the input alone. */
  constructor(before: Graph = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }]) {
    this.#nodes = [...before];
  }

  get graph(): Graph {
    return this.#nodes;
  }

  add(name: string, operation: Operation, ...inputs: readonly string[]): string {
    this.#nodes.push({ name, operation, inputs });
    return name;
  }

  convolution(name: string, from: string, filters: number, options: ConvolutionOptions): string {
    const { kernel, stride = 1, padding = 0, groups = 1, dilation = 1, bias = false } = options;
    return this.add(
      name,
      {
        kind: 'conv2d',
        filters,
        kernel: pair(kernel),
        stride: pair(stride),
        padding: edges(padding),
        dilation: [dilation, dilation],
        groups,
        bias,
      },
      from,
    );
  }

  batchNorm(name: string, from: string, epsilon = 1e-5): string {
    return this.add(name, { kind: 'batchNorm', epsilon }, from);
  }

  relu(name: string, from: string): string {
    return this.add(name, { kind: 'relu' }, from);
  }

  relu6(name: string, from: string): string {
    return this.add(name, { kind: 'relu6' }, from);
  }

  concat(name: string, ...parts: readonly string[]): string {
    return this.add(name, { kind: 'concat' }, ...parts);
  }

  dense(name: string, from: string, units: number): string {
    return this.add(name, { kind: 'dense', units, bias: true }, from);
  }

  avgPool(name: string, from: string, options: PoolOptions): string {
    const { kernel, stride, padding = 0, ceil = false, countPadding = true } = options;
    return this.add(
      name,
      { kind: 'avgPool', kernel: pair(kernel), stride: pair(stride), padding: edges(padding), ceil, countPadding },
      from,
    );
  }

  maxPool(name: string, from: string, { kernel, stride, padding = 0, ceil = false }: PoolOptions): string {
    return this.add(
      name,
      { kind: 'maxPool', kernel: pair(kernel), stride: pair(stride), padding: edges(padding), ceil },
      from,
    );
  }

  /** Global average pooling (`avgpool`) and a dense layer: the head that CAM reads. */
  pooledHead(from: string, outputs: number, name = 'fc'): void {
    const pooled = this.add('avgpool', { kind: 'globalAvgPool' }, from);
    this.dense(name, pooled, outputs);
  }
}
