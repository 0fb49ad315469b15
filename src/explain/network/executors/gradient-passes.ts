import { scoped, tf } from '../../engine';
import type { Graph, GraphNode } from '../graph';
import type { ReluRule } from '../operations/operation';
import { backward, neededValues } from './backward';
import { type Compiled, compile } from './compiled';
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
  /** Nodes behind it whose values are wanted too. Default: none. */
  readonly also?: readonly string[];
}

/** A slope that is wanted: at which node, and by which rule. */
type Wanted = Pick<GradientPlace, 'node' | 'reluRule'>;

type Weights = ReadonlyMap<string, tf.Tensor>;
type Values = ReadonlyMap<string, tf.Tensor>;

/** The passes of a gradient, compiled for one batch size: between them the slope at the outputs is chosen. */
export interface GradientPasses {
  /** Values of the place's node, the last one, the others that were asked for, and those that slopes need. */
  readonly forward: (input: tf.Tensor, weights: Weights) => Values;
  /** The slope at a node from that at the output; null where the forward pass's values do not suffice. */
  readonly backward: (at: Wanted, top: tf.Tensor, values: Values, weights: Weights) => tf.Tensor | null;
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
  const key = [place.inputShape, place.node, place.reluRule, batch, place.also ?? []].join(' ');
  const at = recent.findIndex((entry) => entry.owner === owner && entry.key === key);
  const entry = at === -1 ? { owner, key, ...compilePasses(place, batch, weights) } : recent.splice(at, 1)[0]!;
  recent.unshift(entry);
  for (const old of recent.splice(MOST)) old.close();
  return entry.passes;
}

/** The graph cut behind a node: what later ones read past it, and the nodes between it and the last. */
function cutAt(graph: Graph, node: string) {
  const cut = graph.findIndex(({ name }) => name === node) + 1;
  const [before, after] = [graph.slice(0, cut), graph.slice(cut)];
  const sources = new Set(after.flatMap(({ inputs }) => inputs));
  const past = before.map(({ name }) => name).filter((name) => name !== node && sources.has(name));
  return { before, past, nodes: neededNodes(graph, [graph.at(-1)!.name], new Set([node, ...past])) };
}

function compilePasses(place: GradientPlace, batch: number, weights: Weights): Pick<Entry, 'passes' | 'close'> {
  const { graph, shapes, node, reluRule, inputShape, also = [] } = place;
  const last = graph.at(-1)!.name;
  const { before, past, nodes } = cutAt(graph, node);
  const wide = new Set([...neededValues(nodes, reluRule), ...also]);
  const fetched = [...new Set([node, last, ...wide])];
  const parameter: ParameterSource = (name) => weights.get(name)!;
  // By name: another network of the same graph may hold its parameters in another order.
  const names = [...weights.keys()];
  const listed = (all: Weights) => names.map((name) => all.get(name)!);
  const forward = scoped(() => {
    const input = tf.zeros([batch, ...inputShape]);
    return compile([input, ...listed(weights)], () => {
      const feeds =
        before.length === 1
          ? new Map([[node, input]])
          : evaluate(before, input, parameter, { keep: new Set(past), free: true });
      const values = evaluate(graph, feeds.get(node)!, parameter, {
        from: node,
        feeds,
        keep: wide,
        free: true,
      });
      return fetched.map((name) => feeds.get(name) ?? values.get(name)!);
    });
  });
  /** The backward pass to a node, and the values that it reads. */
  const compileBackward = (nodes: readonly GraphNode[], reads: readonly string[], { node, reluRule }: Wanted) =>
    scoped(() => {
      const zeros = (name: string) => tf.zeros([batch, ...shapes.get(name)!]);
      const [top, examples] = [zeros(last), reads.map(zeros)];
      return compile([top, ...examples, ...listed(weights)], () => {
        const values = new Map(reads.map((name, i) => [name, examples[i]!]));
        return [backward({ nodes, from: node, values, shapes, parameter, reluRule }, tf.clone(top))];
      });
    });
  const backwards = new Map<string, { readonly pass: Compiled; readonly reads: readonly string[] } | null>();
  const backwardTo = (at: Wanted) => {
    const key = `${at.node} ${at.reluRule}`;
    const ready = backwards.get(key);
    if (ready !== undefined) return ready;
    const { nodes } = cutAt(graph, at.node);
    const reads = [...neededValues(nodes, at.reluRule)];
    const possible = reads.every((name) => fetched.includes(name));
    const result = possible ? { pass: compileBackward(nodes, reads, at), reads } : null;
    backwards.set(key, result);
    return result;
  };
  return {
    passes: {
      forward: (image, all) => {
        const values = forward.run([image, ...listed(all)]);
        return new Map(fetched.map((name, i) => [name, values[i]!]));
      },
      backward: (at, top, values, all) => {
        const ready = backwardTo(at);
        if (ready === null) return null;
        return ready.pass.run([top, ...ready.reads.map((name) => values.get(name)!), ...listed(all)])[0]!;
      },
    },
    close: () => {
      forward.close();
      for (const ready of backwards.values()) ready?.pass.close();
    },
  };
}
