import { tf } from '../../engine';
import { backend, type NativeAttribute, type NativeTensor } from './native-backend';

/**
 * TensorFlow's bfloat16: float32's range in half of the bytes, 8 bits of them the number's. TensorFlow.js has no such type:
 * what is computed in it stays inside this file, and what is kept of it lies in a float32 tensor, two numbers to one.
 */
const BFLOAT16 = 14;

type Attributes = Readonly<Record<string, boolean | string | readonly number[]>>;

function attribute([name, value]: [string, Attributes[string]]): NativeAttribute {
  const { binding } = backend();
  if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value };
  if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value };
  return { name, type: binding.TF_ATTR_INT, value };
}

/** One of TensorFlow's operations on tensors of any type; the caller deletes what comes out. */
function execute(
  name: string,
  types: Readonly<Record<string, number>>,
  attributes: Attributes,
  inputs: readonly number[],
): NativeTensor {
  const { binding } = backend();
  const typed = Object.entries(types).map(([key, value]) => ({ name: key, type: binding.TF_ATTR_TYPE, value }));
  const all = [...typed, ...Object.entries(attributes).map(attribute)];
  return binding.executeOp(name, all, inputs, 1)[0]!;
}

const idOf = (tensor: tf.Tensor): number => backend().getInputTensorIds([tensor])[0]!;

/** Whether a weight can be kept so: two numbers lie in one. */
export const packs = (shape: readonly number[]): boolean => shape.at(-1)! % 2 === 0;

/** A tensor in bfloat16, as float32: its last axis half as long. `unpacked` alone reads it. */
export function packed(x: tf.Tensor): tf.Tensor {
  const engine = backend();
  const { TF_FLOAT } = engine.binding;
  const shape = [...x.shape.slice(0, -1), x.shape.at(-1)! / 2];
  const small = execute('Cast', { SrcT: TF_FLOAT, DstT: BFLOAT16 }, { Truncate: false }, [idOf(x)]);
  return tf.tidy(() => {
    const pairs = reshape(small.id, [...shape, 2]);
    const whole = execute('Bitcast', { T: BFLOAT16, type: TF_FLOAT }, {}, [pairs]);
    for (const id of [small.id, pairs]) engine.binding.deleteTensor(id);
    return engine.createOutputTensor(whole);
  });
}

function reshape(id: number, shape: readonly number[]): number {
  const lengths = tf.tensor1d([...shape], 'int32');
  const types = { T: BFLOAT16, Tshape: backend().binding.TF_INT32 };
  return execute('Reshape', types, {}, [id, idOf(lengths)]).id;
}

/**
 * An operation of two inputs in bfloat16, whose products are added in float32, and its result as float32.
 * @param x float32, rounded to nearest here.
 * @param weight of `packed`.
 */
export function inHalf<T extends tf.Tensor>(name: string, attributes: Attributes, x: tf.Tensor, weight: tf.Tensor): T {
  return tf.tidy(() => {
    const engine = backend();
    const { TF_FLOAT } = engine.binding;
    const small = execute('Cast', { SrcT: TF_FLOAT, DstT: BFLOAT16 }, { Truncate: false }, [idOf(x)]).id;
    const pairs = execute('Bitcast', { T: TF_FLOAT, type: BFLOAT16 }, {}, [idOf(weight)]).id;
    const own = reshape(pairs, [...weight.shape.slice(0, -1), 2 * weight.shape.at(-1)!]);
    const product = execute(name, { T: BFLOAT16 }, attributes, [small, own]).id;
    const whole = execute('Cast', { SrcT: BFLOAT16, DstT: TF_FLOAT }, { Truncate: false }, [product]);
    for (const id of [small, pairs, own, product]) engine.binding.deleteTensor(id);
    return engine.createOutputTensor(whole) as T;
  });
}
