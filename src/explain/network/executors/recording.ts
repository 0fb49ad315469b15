import { WhylightError } from '../../errors';
import { backend, type NativeAttribute, type NativeBinding, type NativeTensor } from '../kernels/native-backend';

/** An operation that TensorFlow ran. */
export interface RecordedOperation {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  /** Ids of tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly NativeTensor[];
}

/** Values that were given to TensorFlow. */
export interface RecordedConstant {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly bytes: Uint8Array;
}

/** What a piece of work made TensorFlow do. */
export interface Recording {
  readonly operations: readonly RecordedOperation[];
  /** By the tensor's id. */
  readonly constants: ReadonlyMap<number, RecordedConstant>;
}

/**
 * Runs `work` and writes down every operation that TensorFlow ran for it, in order.
 * @throws WhylightError where it reads a tensor: what follows from values is not in the record.
 */
export function record<T>(work: () => T): { readonly result: T; readonly recording: Recording } {
  const engine = backend();
  const { binding } = engine;
  const operations: RecordedOperation[] = [];
  const constants = new Map<number, RecordedConstant>();
  const watch: Pick<NativeBinding, 'executeOp' | 'createTensor' | 'tensorDataSync'> = {
    executeOp: (name, attributes, inputs, count) => {
      const outputs = binding.executeOp(name, attributes, inputs, count);
      operations.push({ name, attributes, inputs: [...inputs], outputs });
      return outputs;
    },
    createTensor: (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      constants.set(id, { shape, dtype, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
      return id;
    },
    tensorDataSync: () => {
      throw new WhylightError('a tensor is read while operations are recorded');
    },
  };
  // Over the binding rather than copied from it: its properties are neither enumerable nor writable.
  const watched = Object.entries(watch).map(([name, value]) => [name, { value }] as const);
  engine.binding = Object.create(binding, Object.fromEntries(watched)) as NativeBinding;
  try {
    return { result: work(), recording: { operations, constants } };
  } finally {
    engine.binding = binding;
  }
}
