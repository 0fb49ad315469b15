import { tf } from '../../engine';
import type { Network, Parameter } from '../network';
import { descriptionOf } from '../operations';
import type { Weight } from '../operations/operation';
import { fittingParameter, graphWeights } from '../parameter-shapes';
import type { ParameterSource } from './evaluate';

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

/** A weight in PyTorch's order of axes as operations read it: conv2d kh × kw × in × out, dense in × out. Differentiable. */
export function engineOrder(weight: tf.Tensor, axes: Weight['axes']): tf.Tensor {
  return axes === undefined ? weight : tf.transpose(weight, [...axes]);
}

/** A parameter as a tensor in the engine's order, which stays as long as the parameter does. */
function upload(parameter: Parameter, axes: Weight['axes']): tf.Tensor {
  const ready = uploads.get(parameter);
  if (ready !== undefined) return ready;
  const { shape, values } = parameter;
  const tensor = tf.keep(tf.tidy(() => engineOrder(tf.tensor(values, [...shape], 'float32'), axes)));
  uploads.set(parameter, tensor);
  freeing.register(parameter, tensor);
  held += 1;
  return tensor;
}

/** A network's parameters as tensors. */
export interface UploadedParameters {
  /** @throws WhylightError for a parameter that is missing or of another shape than its operation's weight. */
  readonly source: ParameterSource;
  /** The weight of the named node as a way of its operation reads it. */
  readonly prepared: (name: string, way: string) => tf.Tensor;
  /** Frees what was made for this caller alone: prepared weights. */
  readonly dispose: () => void;
}

/** Uploads a network's parameters as they are asked for; the caller keeps `parameters` while it uses them. */
export function uploadParameters({
  graph,
  parameters,
  inputShape,
}: Pick<Network, 'graph' | 'parameters' | 'inputShape'>): UploadedParameters {
  const weights = graphWeights(graph, inputShape);
  const nodes = new Map(graph.map((node) => [node.name, node]));
  const ready = new Map<string, tf.Tensor>();
  const source: ParameterSource = (name) => {
    const weight = weights.get(name);
    return upload(fittingParameter(parameters, name, weight?.shape), weight?.axes);
  };
  return {
    source,
    prepared: (name, way) => {
      const key = `${name} ${way}`;
      const before = ready.get(key);
      if (before !== undefined) return before;
      const node = nodes.get(name)!;
      const prepared = tf.keep(descriptionOf(node).longRun!.prepare(node.operation, source(`${name}.weight`), way));
      ready.set(key, prepared);
      return prepared;
    },
    dispose: () => {
      for (const tensor of ready.values()) tensor.dispose();
      ready.clear();
    },
  };
}
