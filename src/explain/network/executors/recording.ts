import { WhylightError } from '../../errors';
import { backend, type NativeAttribute, type NativeBinding, type NativeTensor } from '../kernels/native-backend';
import { type AskedOperation, knownShape } from './known-shapes';

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
 * Runs `work` and writes down every operation that it asks TensorFlow for, in order. Those that would take the time are not
 * computed where the shape of their result is known: zeros stand for it, so that values say nothing.
 *
 * @param outside tensors from outside that it reads.
 * @throws WhylightError where it reads a tensor: what follows from values is not in the record.
 */
export function record<T>(
  outside: readonly Omit<NativeTensor, 'dtype'>[],
  work: () => T,
): { readonly result: T; readonly recording: Recording } {
  const engine = backend();
  const { binding } = engine;
  const operations: RecordedOperation[] = [];
  const constants = new Map<number, RecordedConstant>();
  const shapes = new Map<number, readonly number[]>(outside.map(({ id, shape }) => [id, shape]));
  const zerosFor = (request: AskedOperation): NativeTensor[] | null => {
    const { type, value } = request.attributes.find(({ name }) => name === 'T') ?? {};
    const isPlain = type === binding.TF_ATTR_TYPE && value === binding.TF_FLOAT;
    const shape = isPlain ? knownShape(request) : null;
    return shape === null ? null : zeros(binding, shape);
  };
  const watch: Pick<NativeBinding, 'executeOp' | 'createTensor' | 'tensorDataSync'> = {
    executeOp: (name, attributes, inputs, count) => {
      const integers = (input: number) => integersOf(constants.get(inputs[input]!), binding);
      const request = { name, attributes, shapes: inputs.map((id) => shapes.get(id)), integers };
      const outputs = zerosFor(request) ?? binding.executeOp(name, attributes, inputs, count);
      operations.push({ name, attributes, inputs: [...inputs], outputs });
      for (const { id, shape } of outputs) shapes.set(id, shape);
      return outputs;
    },
    createTensor: (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      shapes.set(id, shape);
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

/** A new tensor of zeros. */
function zeros(binding: NativeBinding, shape: readonly number[]): NativeTensor[] {
  const lengths = binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape));
  const attributes = [
    { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'init', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const outputs = binding.executeOp('Empty', attributes, [lengths], 1);
  binding.deleteTensor(lengths);
  return outputs;
}

/** The numbers of a recorded list of int32. */
function integersOf(
  constant: RecordedConstant | undefined,
  { TF_INT32 }: NativeBinding,
): readonly number[] | undefined {
  if (constant?.dtype !== TF_INT32) return undefined;
  const { buffer, byteOffset, byteLength } = constant.bytes;
  return [...new Int32Array(buffer, byteOffset, byteLength / Int32Array.BYTES_PER_ELEMENT)];
}
