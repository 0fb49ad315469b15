import type { GraphNode } from './graph';
import type { Network, Parameter } from './network';

/** A network with batch norm folded into convolutions, and the way back. */
export interface FoldedNetwork {
  readonly network: Network;
  /** The network as it was: folding is undone by using this. */
  readonly unfolded: Network;
  /** Convolutions whose own output no longer exists as a node. */
  readonly folded: readonly string[];
}

const done = new WeakMap<Network, Map<string, FoldedNetwork>>();

/**
 * Folds every batch norm that alone reads a convolution into that convolution: the batch norm's node becomes a
 * convolution with bias under its own name, and the convolution's node disappears. Outputs stay equal to float32
 * rounding.
 *
 * @param keep convolutions whose own output must stay a node.
 */
export function foldBatchNorm(network: Network, keep: Iterable<string> = []): FoldedNetwork {
  const kept = new Set(keep);
  const relevant = network.graph.filter((n) => kept.has(n.name) && n.operation.kind === 'conv2d').map((n) => n.name);
  const key = relevant.sort().join('\n');
  const known = done.get(network)?.get(key);
  if (known !== undefined) return known;
  const result = fold(network, kept);
  const byKey = done.get(network) ?? new Map<string, FoldedNetwork>();
  byKey.set(key, result);
  done.set(network, byKey);
  return result;
}

function fold(network: Network, kept: ReadonlySet<string>): FoldedNetwork {
  const nodes = new Map(network.graph.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const node of network.graph) for (const input of node.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const parameters = new Map(network.parameters);
  const folded: string[] = [];
  const replaced = new Map<string, GraphNode>();
  for (const node of network.graph) {
    const convolution = nodes.get(node.inputs[0] ?? '');
    if (node.operation.kind !== 'batchNorm' || convolution?.operation.kind !== 'conv2d') continue;
    if (readers.get(convolution.name) !== 1 || kept.has(convolution.name)) continue;
    for (const [name, parameter] of foldedParameters(network, convolution.name, node.name, node.operation.epsilon)) {
      parameters.set(name, parameter);
    }
    for (const name of [`${convolution.name}.weight`, `${convolution.name}.bias`]) parameters.delete(name);
    for (const part of ['running_mean', 'running_var']) parameters.delete(`${node.name}.${part}`);
    replaced.set(node.name, {
      ...node,
      operation: { ...convolution.operation, bias: true },
      inputs: convolution.inputs,
    });
    folded.push(convolution.name);
  }
  const gone = new Set(folded);
  const graph = network.graph.filter(({ name }) => !gone.has(name)).map((node) => replaced.get(node.name) ?? node);
  return { network: { ...network, graph, parameters }, unfolded: network, folded };
}

function foldedParameters(network: Network, conv: string, norm: string, epsilon: number): [string, Parameter][] {
  const get = (name: string) => network.parameters.get(name)!;
  const weight = get(`${conv}.weight`);
  const [gamma, beta, mean, variance] = (['weight', 'bias', 'running_mean', 'running_var'] as const).map(
    (part) => get(`${norm}.${part}`).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const bias = network.parameters.get(`${conv}.bias`)?.values;
  const filters = weight.shape[0]!;
  const size = weight.values.length / filters;
  const values = new Float32Array(weight.values.length);
  const shift = new Float32Array(filters);
  for (let f = 0; f < filters; f++) {
    const scale = gamma[f]! / Math.sqrt(variance[f]! + epsilon);
    for (let i = f * size; i < (f + 1) * size; i++) values[i] = weight.values[i]! * scale;
    shift[f] = beta[f]! + ((bias?.[f] ?? 0) - mean[f]!) * scale;
  }
  return [
    [`${norm}.weight`, { shape: weight.shape, values }],
    [`${norm}.bias`, { shape: [filters], values: shift }],
  ];
}
