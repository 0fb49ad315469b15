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

type Execute = (
  name: string,
  types: Readonly<Record<string, number>>,
  attributes: Attributes,
  inputs: readonly number[],
) => NativeTensor;

/**
 * What TensorFlow's operations on tensors of any type give, in the end a float32 tensor; all before it is deleted, also where the
 * engine has no kernel for one of them.
 */
function computed<T extends tf.Tensor>(work: (execute: Execute) => NativeTensor): T {
  return tf.tidy(() => {
    const engine = backend();
    const { binding } = engine;
    const ids: number[] = [];
    const execute: Execute = (name, types, attributes, inputs) => {
      const typed = Object.entries(types).map(([key, value]) => ({ name: key, type: binding.TF_ATTR_TYPE, value }));
      const all = [...typed, ...Object.entries(attributes).map(attribute)];
      const result = binding.executeOp(name, all, inputs, 1)[0]!;
      ids.push(result.id);
      return result;
    };
    try {
      const result = work(execute);
      ids.pop();
      return engine.createOutputTensor(result) as T;
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  });
}

const idOf = (tensor: tf.Tensor): number => backend().getInputTensorIds([tensor])[0]!;

/** Whether a weight can be kept so: two numbers lie in one. */
export const packs = (shape: readonly number[]): boolean => shape.at(-1)! % 2 === 0;

/** A tensor in bfloat16, as float32: its last axis half as long. `inHalf` alone reads it. */
export function packed(x: tf.Tensor): tf.Tensor {
  const { TF_FLOAT } = backend().binding;
  const shape = [...x.shape.slice(0, -1), x.shape.at(-1)! / 2];
  return computed((execute) => {
    const small = execute('Cast', { SrcT: TF_FLOAT, DstT: BFLOAT16 }, { Truncate: false }, [idOf(x)]).id;
    const pairs = reshape(execute, small, [...shape, 2]);
    return execute('Bitcast', { T: BFLOAT16, type: TF_FLOAT }, {}, [pairs]);
  });
}

function reshape(execute: Execute, id: number, shape: readonly number[]): number {
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
  const { TF_FLOAT } = backend().binding;
  return computed((execute) => {
    const small = execute('Cast', { SrcT: TF_FLOAT, DstT: BFLOAT16 }, { Truncate: false }, [idOf(x)]).id;
    const pairs = execute('Bitcast', { T: TF_FLOAT, type: BFLOAT16 }, {}, [idOf(weight)]).id;
    const own = reshape(execute, pairs, [...weight.shape.slice(0, -1), 2 * weight.shape.at(-1)!]);
    const product = execute(name, { T: BFLOAT16 }, attributes, [small, own]).id;
    return execute('Cast', { SrcT: BFLOAT16, DstT: TF_FLOAT }, { Truncate: false }, [product]);
  });
}
