import { WhylightError } from '../../errors';
import type { Parameter } from '../network';
import { toFloat32 } from './element-type';
import { quoteName } from './quote-name';
import type { Storage, Tensor } from './torch-objects';

/**
 * Reads tensors out of their storages as contiguous float32 in PyTorch's order. Tensors of integers are left out.
 * @param bytesOf a storage's bytes, exactly `length × size` of them
 * @param fileSize in bytes: bounds how many values tensors that share a storage may take in all
 * @throws WhylightError where a tensor reaches outside its storage.
 */
export function tensorValues(
  tensors: ReadonlyMap<string, Tensor>,
  bytesOf: (storage: Storage) => Uint8Array,
  fileSize: number,
): Map<string, Parameter> {
  const limit = 2 ** 20 + 2 * fileSize;
  const numbers = new Map<Storage, Float32Array>();
  const parameters = new Map<string, Parameter>();
  let total = 0;
  for (const [name, tensor] of tensors) {
    const { storage, offset, shape, strides } = tensor;
    if (storage.type.kind === 'integer') continue;
    const count = shape.reduce((product, length) => product * length, 1);
    const last = count === 0 ? 0 : shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, offset + 1);
    if (!(last <= storage.length)) {
      throw new WhylightError(
        `${quoteName(name)} (${shape.join('×')}) reaches outside its storage of ${storage.length} values`,
      );
    }
    total += count;
    if (!(total <= limit)) {
      throw new WhylightError(`its tensors unfold to more than ${limit} values, from ${fileSize} bytes`);
    }
    let values = numbers.get(storage);
    if (values === undefined) {
      values = toFloat32(bytesOf(storage), storage.type);
      numbers.set(storage, values);
    }
    parameters.set(name, { shape, values: contiguous(values, tensor, count) });
  }
  return parameters;
}

function contiguous(values: Float32Array, { offset, shape, strides }: Tensor, count: number): Float32Array {
  let expected = 1;
  let inOrder = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) inOrder = false;
    expected *= shape[axis]!;
  }
  if (inOrder || count === 0) return values.subarray(count === 0 ? 0 : offset, count === 0 ? 0 : offset + count);
  const copy = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    copy[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return copy;
}
