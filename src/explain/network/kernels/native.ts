import type { tf } from '../../engine';
import { backend } from './native-backend';
import type { Padding, Pair } from './sliding';

type Attribute = boolean | string | readonly number[];

/**
 * One of TensorFlow's own operations, by its name there: for what TensorFlow.js does not offer or makes of several. The
 * engine tracks the result as any tensor, but knows no gradient of it.
 *
 * @param types its attributes that are types. Default: the usual one, float32.
 */
export function native<T extends tf.Tensor>(
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  inputs: readonly tf.Tensor[],
  types: Readonly<Record<string, 'float32' | 'int32'>> = { T: 'float32' },
): T {
  const engine = backend();
  const { binding } = engine;
  const encoded = Object.entries(attributes).map(([key, value]) => {
    if (typeof value === 'boolean') return { name: key, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === 'string') return { name: key, type: binding.TF_ATTR_STRING, value };
    return { name: key, type: binding.TF_ATTR_INT, value };
  });
  const typed = Object.entries(types).map(([key, type]) => {
    const value = type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32;
    return { name: key, type: binding.TF_ATTR_TYPE, value };
  });
  return engine.executeSingleOutput(name, [...typed, ...encoded], inputs) as T;
}

/** The attributes that say how a window slides over an NHWC map; `same` where that means the same as the padding. */
export function sliding(stride: Pair, [top, bottom, left, right]: Padding, same = false): Record<string, Attribute> {
  const none = top + bottom + left + right === 0;
  return {
    strides: [1, ...stride, 1],
    padding: none ? 'VALID' : same ? 'SAME' : 'EXPLICIT',
    explicit_paddings: none || same ? [] : [0, 0, top, bottom, left, right, 0, 0],
    data_format: 'NHWC',
  };
}
