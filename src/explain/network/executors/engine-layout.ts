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

// Keyed by the immutable parameter itself: it is laid out and uploaded once, and freed when nobody holds it any more.
const uploads = new WeakMap<Parameter, tf.Tensor>();
let held = 0;
const freeing = new FinalizationRegistry<tf.Tensor>((tensor) => {
  tensor.dispose();
  held -= 1;
});

/** How many parameters are uploaded at present. */
export function uploadedParameters(): number {
  return held;
}

/** A parameter as a tensor in the engine's layout, which stays as long as the parameter does. */
function upload(parameter: Parameter, groups: number): tf.Tensor {
  const ready = uploads.get(parameter);
  if (ready !== undefined) return ready;
  const { shape, values } = engineParameter(parameter, groups);
  const tensor = tf.keep(tf.tensor(values, shape, 'float32'));
  uploads.set(parameter, tensor);
  freeing.register(parameter, tensor);
  held += 1;
  return tensor;
}

/** Whether a convolution runs as the engine's depthwise one. */
function isDepthwise(groups: number, weight: Parameter): boolean {
  return groups > 1 && weight.shape[1] === 1;
}

function engineParameter(parameter: Parameter, groups: number): EngineParameter {
  const { shape, values } = parameter;
  if (shape.length === 2) {
    const [out, inputs] = shape as [number, number];
    return { shape: [inputs, out], values: transpose(values, out, inputs) };
  }
  if (shape.length === 4) {
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
    return { shape: depthwise ? [kh, kw, groups, out / groups] : [kh, kw, inputs, out], values: data };
  }
  return { shape: [...shape], values };
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

/** A network's parameters as tensors. */
export interface UploadedParameters {
  readonly source: ParameterSource;
  /** A convolution's kernel in Winograd's form, by the node's name. */
  readonly winograd: (name: string) => tf.Tensor3D;
  /** Frees what was made for this caller alone: Winograd's kernels. */
  readonly dispose: () => void;
}

/** Uploads parameters of `graph` as they are asked for; the caller keeps `parameters` while it uses them. */
export function uploadParameters(graph: Graph, parameters: Network['parameters']): UploadedParameters {
  const groups = new Map(
    graph.map(({ name, operation }) => [name, operation.kind === 'conv2d' ? operation.groups : 1] as const),
  );
  const kernels = new Map<string, tf.Tensor3D>();
  const source: ParameterSource = (name) => {
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new WhylightError(`missing parameter: ${name}`);
    return upload(parameter, groups.get(name.slice(0, name.lastIndexOf('.'))) ?? 1);
  };
  return {
    source,
    winograd: (name) => {
      const ready = kernels.get(name);
      if (ready !== undefined) return ready;
      const kernel = tf.keep(winogradWeight(source(`${name}.weight`) as tf.Tensor4D));
      kernels.set(name, kernel);
      return kernel;
    },
    dispose: () => {
      for (const kernel of kernels.values()) kernel.dispose();
      kernels.clear();
    },
  };
}
