import { tf } from '../../engine';

/** An operation's attribute, as the binding takes it; `type` is one of its `TF_ATTR_…`. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor inside TensorFlow; `dtype` is one of the binding's `TF_…`. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

type Constant =
  | 'TF_ATTR_TYPE'
  | 'TF_ATTR_BOOL'
  | 'TF_ATTR_STRING'
  | 'TF_ATTR_INT'
  | 'TF_ATTR_FLOAT'
  | 'TF_FLOAT'
  | 'TF_INT32';

/** TensorFlow.js's door to TensorFlow: what of it is used here. */
export interface NativeBinding extends Readonly<Record<Constant, number>> {
  readonly executeOp: (
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ) => NativeTensor[];
  readonly createTensor: (shape: readonly number[], dtype: number, values: ArrayBufferView) => number;
  readonly deleteTensor: (id: number) => void;
  readonly tensorDataSync: (id: number) => ArrayBufferView;
  readonly loadSavedModel: (folder: string, tags: string) => number;
  readonly deleteSavedModel: (model: number) => void;
  readonly runSavedModel: (model: number, inputs: readonly number[], from: string, to: string) => NativeTensor[];
}

/** The engine's backend: what of it is used here beyond its public interface. */
export interface NativeBackend {
  /** Assignable, so that calls can be watched. */
  binding: NativeBinding;
  readonly executeSingleOutput: (
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly tf.Tensor[],
  ) => tf.Tensor;
  /** Ids of tensors inside TensorFlow; values that still lie outside are copied there. */
  readonly getInputTensorIds: (tensors: readonly tf.Tensor[]) => number[];
  readonly createOutputTensor: (tensor: NativeTensor) => tf.Tensor;
}

export function backend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}
