import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import type { Graph } from '../graph';
import type { Network, Parameter } from '../network';
import type { ParameterSource } from './evaluate';
import { winogradWeight } from './winograd';

/** A parameter in the engine's layout: conv2d kh × kw × in × out (depthwise kh × kw × channels × multiplier), dense in × out. */
interface EngineParameter {
  readonly shape: number[];
  readonly values: Float32Array;
}

// Keyed by the immutable parameter itself, so that each network is transposed once, not once a call.
const transposed = new WeakMap<Parameter, EngineParameter>();

/** Whether a convolution runs as the engine's depthwise one. */
function isDepthwise(groups: number, weight: Parameter): boolean {
  return groups > 1 && weight.shape[1] === 1;
}

function engineParameter(parameter: Parameter, groups: number): EngineParameter {
  const known = transposed.get(parameter);
  if (known !== undefined) return known;
  const { shape, values } = parameter;
  let result: EngineParameter = { shape: [...shape], values };
  if (shape.length === 2) {
    const [out, inputs] = shape as [number, number];
    result = { shape: [inputs, out], values: transpose(values, out, inputs) };
  } else if (shape.length === 4) {
    const [out, inputs, kh, kw] = shape as [number, number, number, number];
    const area = kh * kw;
    const data = new Float32Array(values.length);
    const depthwise = isDepthwise(groups, parameter);
    let from = 0;
    for (let o = 0; o < out; o++) {
      for (let i = 0; i < inputs; i++) {
        for (let k = 0; k < area; k++) data[depthwise ? k * out + o : (k * inputs + i) * out + o] = values[from++]!;
      }
    }
    result = { shape: depthwise ? [kh, kw, groups, out / groups] : [kh, kw, inputs, out], values: data };
  }
  transposed.set(parameter, result);
  return result;
}

/** Rows become columns; block by block, for a large matrix (VGG's 4096 × 25088) does not fit into the cache. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  const side = 32;
  for (let top = 0; top < rows; top += side) {
    const bottom = Math.min(rows, top + side);
    for (let left = 0; left < columns; left += side) {
      const right = Math.min(columns, left + side);
      for (let c = left; c < right; c++) {
        for (let r = top; r < bottom; r++) result[c * rows + r] = values[r * columns + c]!;
      }
    }
  }
  return result;
}

/** A network's parameters as tensors, made at first use and disposed of together. */
export interface UploadedParameters {
  readonly source: ParameterSource;
  /** A convolution's kernel in Winograd's form, by the node's name. */
  readonly winograd: (name: string) => tf.Tensor3D;
  readonly dispose: () => void;
}

/** Uploads parameters of `graph` as they are asked for. */
export function uploadParameters(graph: Graph, parameters: Network['parameters']): UploadedParameters {
  const groups = new Map(
    graph.map(({ name, operation }) => [name, operation.kind === 'conv2d' ? operation.groups : 1] as const),
  );
  const tensors = new Map<string, tf.Tensor>();
  const uploaded = (name: string): tf.Tensor => {
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new WhylightError(`missing parameter: ${name}`);
    const { shape, values } = engineParameter(parameter, groups.get(name.slice(0, name.lastIndexOf('.'))) ?? 1);
    return tf.tensor(values, shape, 'float32');
  };
  const kept = (key: string, make: () => tf.Tensor): tf.Tensor => {
    const ready = tensors.get(key);
    if (ready !== undefined) return ready;
    const tensor = tf.keep(make());
    tensors.set(key, tensor);
    return tensor;
  };
  return {
    source: (name) => kept(name, () => uploaded(name)),
    winograd: (name) =>
      kept(`${name} (Winograd)`, () =>
        tf.tidy(() => winogradWeight(uploaded(`${name}.weight`) as tf.Tensor4D)),
      ) as tf.Tensor3D,
    dispose: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}
