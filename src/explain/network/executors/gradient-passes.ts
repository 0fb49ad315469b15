import { scoped, tf } from '../../engine';
import type { Graph } from '../graph';
import type { ReluRule } from '../operations/operation';
import { backward, neededValues } from './backward';
import { compile } from './compiled';
import { evaluate, neededNodes, type ParameterSource } from './evaluate';

/** Where a gradient is taken, and of what. */
export interface GradientPlace {
  /** With batch norm folded. */
  readonly graph: Graph;
  /** Of every node's value, without the batch. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly node: string;
  readonly reluRule: ReluRule;
  readonly inputShape: readonly number[];
}

type Weights = ReadonlyMap<string, tf.Tensor>;

/** The two passes of a gradient, compiled for one batch size: between them the slope at the outputs is chosen. */
export interface GradientPasses {
  readonly forward: (
    input: tf.Tensor,
    weights: Weights,
  ) => { readonly start: tf.Tensor; readonly output: tf.Tensor; readonly activations: readonly tf.Tensor[] };
  /** The slope at the node from that at the output. */
  readonly backward: (top: tf.Tensor, activations: readonly tf.Tensor[], weights: Weights) => tf.Tensor;
}

interface Entry {
  readonly owner: object;
  readonly key: string;
  readonly passes: GradientPasses;
  readonly close: () => void;
}

/** Compiled passes hold no weights, but some megabytes each. */
const MOST = 16;

/** The last used first. */
const recent: Entry[] = [];

/**
 * The passes for a place and a batch, compiled at first use; the last sixteen are kept.
 * @param owner whose they are, with the place: nothing else may decide what they compute.
 * @param weights all that the graph reads, by name.
 */
export function gradientPasses(owner: object, place: GradientPlace, batch: number, weights: Weights): GradientPasses {
  const key = [place.inputShape, place.node, place.reluRule, batch].join(' ');
  const at = recent.findIndex((entry) => entry.owner === owner && entry.key === key);
  const entry = at === -1 ? { owner, key, ...compilePasses(place, batch, weights) } : recent.splice(at, 1)[0]!;
  recent.unshift(entry);
  for (const old of recent.splice(MOST)) old.close();
  return entry.passes;
}

function compilePasses(place: GradientPlace, batch: number, weights: Weights): Pick<Entry, 'passes' | 'close'> {
  const { graph, shapes, node, reluRule, inputShape } = place;
  const last = graph.at(-1)!.name;
  const cut = graph.findIndex(({ name }) => name === node) + 1;
  const [before, after] = [graph.slice(0, cut), graph.slice(cut)];
  const sources = new Set(after.flatMap(({ inputs }) => inputs));
  const past = before.map(({ name }) => name).filter((name) => name !== node && sources.has(name));
  const nodes = neededNodes(graph, [last], new Set([node, ...past]));
  const activations = [...neededValues(nodes, reluRule)];
  const parameter: ParameterSource = (name) => weights.get(name)!;
  // By name: another network of the same graph may hold its parameters in another order.
  const names = [...weights.keys()];
  const listed = (all: Weights) => names.map((name) => all.get(name)!);
  const zeros = (name: string) => tf.zeros([batch, ...shapes.get(name)!]);
  return scoped(() => {
    const input = tf.zeros([batch, ...inputShape]);
    const forward = compile([input, ...listed(weights)], () => {
      const feeds =
        cut === 1 ? new Map([[node, input]]) : evaluate(before, input, parameter, { keep: new Set(past), free: true });
      const values = evaluate(graph, feeds.get(node)!, parameter, {
        from: node,
        feeds,
        keep: new Set(activations),
        free: true,
      });
      return [node, last, ...activations].map((name) => feeds.get(name) ?? values.get(name)!);
    });
    const top = zeros(last);
    const examples = activations.map(zeros);
    const backwards = compile([top, ...examples, ...listed(weights)], () => {
      const values = new Map(activations.map((name, i) => [name, examples[i]!]));
      return [backward({ nodes, from: node, values, shapes, parameter, reluRule }, tf.clone(top))];
    });
    return {
      passes: {
        forward: (image, all) => {
          const [start, output, ...rest] = forward.run([image, ...listed(all)]);
          return { start: start!, output: output!, activations: rest };
        },
        backward: (slope, values, all) => backwards.run([slope, ...values, ...listed(all)])[0]!,
      },
      close: () => {
        forward.close();
        backwards.close();
      },
    };
  });
}
