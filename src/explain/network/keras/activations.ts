import { listAllowed, WhylightError } from '../../errors';
import type { Operation } from '../graph';
import type { TensorFlowGraph, Value } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';

/** Activation functions of one operation, by Keras' names. `hard_sigmoid` is another in Keras 3 than before. */
const operations: Readonly<Record<string, (keras: number) => Operation>> = {
  relu: () => ({ kind: 'relu' }),
  relu6: () => ({ kind: 'relu6' }),
  sigmoid: () => ({ kind: 'sigmoid' }),
  tanh: () => ({ kind: 'tanh' }),
  softplus: () => ({ kind: 'softplus' }),
  selu: () => ({ kind: 'selu' }),
  elu: () => ({ kind: 'elu', alpha: 1 }),
  swish: () => ({ kind: 'silu' }),
  silu: () => ({ kind: 'silu' }),
  gelu: () => ({ kind: 'gelu', approximation: 'none' }),
  hard_sigmoid: (keras) => ({ kind: 'hardSigmoid', slope: keras >= 3 ? 1 / 6 : 0.2, offset: 0.5 }),
  hard_silu: () => ({ kind: 'hardSwish' }),
  hard_swish: () => ({ kind: 'hardSwish' }),
  hard_tanh: () => ({ kind: 'clip', least: -1, most: 1 }),
  leaky_relu: () => ({ kind: 'leakyRelu', slope: 0.2 }),
};

const allowed = ['linear', ...Object.keys(operations), 'mish', 'softmax', 'log_softmax'];

/** `relu` of `"relu"` and of the objects that newer files hold instead. */
export function activationName(value: unknown): string {
  if (value === null || value === undefined) return 'linear';
  if (typeof value === 'string') return value;
  const { class_name: className, config } = value as { class_name?: unknown; config?: unknown };
  return typeof config === 'string' ? config : String(className);
}

/**
 * An activation function as a node after a value.
 * @param keras the major version of Keras that wrote the file
 * @throws WhylightError for an unknown one, which would be code of the person's own.
 */
export function activate(graph: TensorFlowGraph, node: string, name: string, x: Value, keras: number): Value {
  if (name === 'linear') return x;
  if (name === 'softmax' || name === 'log_softmax') {
    if (x.map !== null) throw new WhylightError(`${node}: a softmax of a map (allowed: of the network's output)`);
    // Over the one channel of a map of one cell, where those come last, or over a vector.
    return { ...x, softmax: true };
  }
  if (name === 'mish') {
    const gate = graph.add(`${node}.softplus`, { kind: 'softplus' }, [x]);
    return graph.add(node, { kind: 'mul' }, [x, graph.add(`${node}.tanh`, { kind: 'tanh' }, [gate])]);
  }
  const operation = Object.hasOwn(operations, name) ? operations[name]! : null;
  if (operation === null) {
    throw new WhylightError(
      `${node}: the activation ${quoteName(name)} is not supported (allowed: ${listAllowed(allowed, 30)})`,
    );
  }
  return graph.add(node, operation(keras), [x]);
}
