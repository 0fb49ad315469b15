import { scoped, tf } from '../engine';
import { WhylightError } from '../errors';
import { engineOrder } from '../network/executors/engine-layout';
import { evaluate } from '../network/executors/evaluate';
import type { Network, Parameter } from '../network/network';
import { graphWeights, ownerOf } from '../network/parameter-shapes';
import { type RunOptions, yieldToEvents } from '../progress';
import { seededRandom, shuffled } from '../random';
import { type AdamState, adamState, adamUpdate } from './adam';
import { type Augmentation, augmentInto } from './augment';
import { predict } from './predict';

/** Pictures at the network's input size, and their classes. */
export interface TrainingPictures {
  /** H×W×3 bytes each. */
  readonly pictures: readonly Uint8Array[];
  readonly labels: readonly number[];
}

/** Which parameters a training through layers ends with. */
export type Keep = 'best' | 'last';

/** How a network is trained through its layers. */
export interface FineTuneOptions extends RunOptions {
  /** Trains this node and everything after it; null trains all. Default null. */
  readonly from?: string | null;
  /** Passes over the training part. Default 12. */
  readonly epochs?: number;
  /** Default 32. */
  readonly batch?: number;
  /** Highest learning rate; it rises over the first epoch and falls as a cosine. Default 3e-3. */
  readonly learningRate?: number;
  /** Decoupled, on weights of convolutions and dense layers. Default 1e-2. */
  readonly weightDecay?: number;
  /**
   * Statistics of the batch norms that are trained: `batch` for a network trained from scratch, `frozen` keeps the
   * running statistics, as is usual when fine-tuning on few photos. Default `batch`.
   */
  readonly normalisation?: 'batch' | 'frozen';
  /**
   * Weight of a penalty on the class activation maps: the mean of |Σ_k w_k A_k| over places and outputs. Evidence then
   * costs wherever it lies, so that none is spread over places that decide nothing. Default 0.
   */
  readonly sparsity?: number;
  /** Of the order of photos and the augmentation. Default 0. */
  readonly seed?: number;
  readonly augment?: Augmentation;
  /** Epochs without a lower validation loss before it stops; of no effect where the last are kept. Default 6. */
  readonly patience?: number;
  /** Which parameters are the result: those with the lowest validation loss, or the last ones. Default `best`. */
  readonly keep?: Keep;
  /** A state returned by `onEpoch`, to go on from. Default: from the start. */
  readonly resume?: FineTuneState | null;
  /** Called after every epoch with all that is needed to go on. */
  readonly onEpoch?: (state: FineTuneState) => void | Promise<void>;
}

/** One pass over the training part. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** Everything that a training goes on from. */
export interface FineTuneState {
  readonly curve: readonly Epoch[];
  readonly steps: number;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Parameters with the lowest validation loss so far. */
  readonly best: ReadonlyMap<string, Parameter>;
  readonly optimiser: ReadonlyMap<string, AdamState>;
}

const MOMENTUM = 0.1;

/**
 * Trains a network's layers by Adam on augmented pictures: cross-entropy of its sigmoid or softmax.
 * The parameters with the lowest validation loss are returned beside the last ones; the same seed gives the same result on one machine.
 *
 * @throws WhylightError for an unknown node; AbortedError when interrupted.
 */
export async function fineTune(
  network: Network,
  training: TrainingPictures,
  validation: TrainingPictures,
  options: FineTuneOptions = {},
): Promise<FineTuneState> {
  const { epochs = 12, patience = 6, keep = 'best', resume = null, onEpoch, signal } = options;
  let state = resume ?? startingState(network, options);
  const stops = () => keep === 'best' && isStale(state.curve, patience);
  for (let epoch = state.curve.length + 1; epoch <= epochs && !stops(); epoch++) {
    const trained = await trainEpoch(network, training, state, epoch, options);
    const next = { ...network, parameters: trained.parameters };
    const measured = await measure(next, validation, signal);
    const lowest = Math.min(Number.POSITIVE_INFINITY, ...state.curve.map((point) => point.validationLoss));
    state = {
      ...trained,
      curve: [
        ...state.curve,
        { epoch, trainingLoss: trained.loss, validationLoss: measured.loss, validationAccuracy: measured.accuracy },
      ],
      best: measured.loss < lowest ? trained.parameters : state.best,
    };
    await onEpoch?.(state);
  }
  return state;
}

/** Whether the last `patience` epochs brought no lower validation loss. */
function isStale(curve: readonly Epoch[], patience: number): boolean {
  if (curve.length === 0) return false;
  return curve.length - curve.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a)).epoch >= patience;
}

/** Names of the parameters that are trained. */
export function trainedParameters(network: Network, from: string | null): string[] {
  const start = from === null ? 0 : network.graph.findIndex((node) => node.name === from);
  if (start < 0) {
    throw new WhylightError(`unknown layer to train from: ${from} (see the layer table of ${network.name})`);
  }
  const owners = new Set(network.graph.slice(start).map((node) => node.name));
  const weights = graphWeights(network.graph, network.inputShape);
  return [...network.parameters.keys()].filter((name) => owners.has(ownerOf(name)) && weights.get(name)?.learned);
}

function startingState(network: Network, { from = null }: FineTuneOptions): FineTuneState {
  const optimiser = new Map(
    trainedParameters(network, from).map((name) => [name, adamState(network.parameters.get(name)!.values.length)]),
  );
  return { curve: [], steps: 0, parameters: network.parameters, best: network.parameters, optimiser };
}

function copied(parameters: ReadonlyMap<string, Parameter>, names: Iterable<string>): Map<string, Parameter> {
  const result = new Map(parameters);
  for (const name of names) {
    const { shape, values } = parameters.get(name)!;
    result.set(name, { shape, values: values.slice() });
  }
  return result;
}

async function trainEpoch(
  network: Network,
  { pictures, labels }: TrainingPictures,
  before: FineTuneState,
  epoch: number,
  options: FineTuneOptions,
): Promise<FineTuneState & { readonly loss: number }> {
  const { epochs = 12, batch = 32, learningRate = 3e-3, weightDecay = 1e-2, seed = 0, augment } = options;
  const { sparsity = 0, onProgress, signal } = options;
  const trained = [...before.optimiser.keys()];
  const running = options.normalisation === 'frozen' ? [] : trainedStatistics(network, trained);
  const parameters = copied(before.parameters, [...trained, ...running]);
  const optimiser = new Map(
    [...before.optimiser].map(([name, { first, second }]) => [name, { first: first.slice(), second: second.slice() }]),
  );
  const random = seededRandom(seed * 1_000_003 + epoch);
  const order = shuffled([...pictures.keys()], random);
  const perEpoch = Math.ceil(order.length / batch);
  const [height, width, channels] = network.inputShape;
  const size = height * width * channels;
  let { steps } = before;
  let total = 0;
  for (let at = 0; at < order.length; at += batch) {
    const indices = order.slice(at, at + batch);
    const inputs = new Float32Array(indices.length * size);
    indices.forEach((picture, i) => {
      const into = inputs.subarray(i * size, (i + 1) * size);
      augmentInto(pictures[picture]!, height, width, network.preprocessing, into, random, augment);
    });
    const truth = indices.map((picture) => labels[picture]!);
    const { loss, gradients } = lossAndGradients(network, parameters, { trained, running, inputs, truth, sparsity });
    total += loss * indices.length;
    steps++;
    const rate = schedule(steps, perEpoch, epochs * perEpoch) * learningRate;
    for (const name of trained) {
      const { shape, values } = parameters.get(name)!;
      const decay = shape.length > 1 ? weightDecay : 0;
      adamUpdate(values, gradients.get(name)!, optimiser.get(name)!, {
        learningRate: rate,
        weightDecay: decay,
        step: steps,
      });
    }
    onProgress?.({
      label: `epoch ${epoch} of ${epochs}`,
      done: Math.min(at + batch, order.length),
      total: order.length,
    });
    await yieldToEvents(signal);
  }
  return {
    ...before,
    steps,
    parameters: refreshed(parameters, [...trained, ...running]),
    optimiser,
    loss: total / order.length,
  };
}

/** New parameter objects around the same arrays: executors remember transposed weights by the object. */
function refreshed(parameters: Map<string, Parameter>, names: readonly string[]): Map<string, Parameter> {
  for (const name of names) parameters.set(name, { ...parameters.get(name)! });
  return parameters;
}

/** Statistics that follow the batches: those beside trained weights. */
function trainedStatistics({ graph, inputShape }: Network, trained: readonly string[]): string[] {
  const owners = new Set(trained.map(ownerOf));
  return [...graphWeights(graph, inputShape)]
    .filter(([name, { learned }]) => !learned && owners.has(ownerOf(name)))
    .map(([name]) => name);
}

/** Share of the highest learning rate: a linear rise over the first epoch, then half a cosine down to nothing. */
function schedule(step: number, warmUp: number, total: number): number {
  if (step <= warmUp) return step / warmUp;
  return 0.5 * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, total - warmUp)));
}

interface Step {
  /** Names of the weights, and of the statistics that follow. */
  readonly trained: readonly string[];
  readonly running: readonly string[];
  /** Batch × H × W × 3. */
  readonly inputs: Float32Array;
  readonly truth: readonly number[];
  readonly sparsity: number;
}

function lossAndGradients(
  network: Network,
  parameters: ReadonlyMap<string, Parameter>,
  { trained, running, inputs, truth, sparsity }: Step,
): { loss: number; gradients: Map<string, Float32Array> } {
  const { graph, inputShape } = network;
  const weights = graphWeights(graph, inputShape);
  const live = new Set(running.map(ownerOf));
  return scoped(() => {
    const input = tf.tensor(inputs, [truth.length, ...inputShape]);
    const tensors = new Map([...parameters].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));
    let statistics: { name: string; mean: Float32Array; variance: Float32Array }[] = [];
    const differentiate = tf.valueAndGrads((...values: tf.Tensor[]) => {
      statistics = [];
      const current = new Map([...tensors, ...trained.map((name, i) => [name, values[i]!] as const)]);
      const source = (name: string) => engineOrder(current.get(name)!, weights.get(name)?.axes);
      const moments = (name: string, x: tf.Tensor) => {
        if (!live.has(name)) return undefined;
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        statistics.push({
          name,
          mean: mean.dataSync() as Float32Array,
          variance: variance.dataSync() as Float32Array,
        });
        return { mean, variance };
      };
      const head = graph.at(-1)!.name;
      const { camNode } = network;
      const penalised = sparsity > 0 && camNode !== null;
      const activations = evaluate(graph, input, source, { moments, ...(penalised && { keep: new Set([camNode]) }) });
      const loss = crossEntropy(activations.get(head) as tf.Tensor2D, truth, network.output);
      if (!penalised) return loss;
      const map = activations.get(camNode) as tf.Tensor4D;
      const evidence = tf.matMul(tf.reshape(map, [-1, map.shape[3]]), source(`${head}.weight`) as tf.Tensor2D);
      return tf.add(loss, tf.mul(tf.mean(tf.abs(evidence)), sparsity)) as tf.Scalar;
    });
    const { value, grads } = differentiate(trained.map((name) => tensors.get(name)!));
    for (const { name, mean, variance } of statistics) {
      blend(parameters.get(`${name}.running_mean`)!.values, mean);
      blend(parameters.get(`${name}.running_var`)!.values, variance);
    }
    return {
      loss: value.dataSync()[0]!,
      gradients: new Map(trained.map((name, i) => [name, grads[i]!.dataSync() as Float32Array])),
    };
  });
}

function crossEntropy(raw: tf.Tensor2D, truth: readonly number[], output: Network['output']): tf.Scalar {
  if (output === 'softmax') {
    const labels = tf.oneHot([...truth], raw.shape[1]);
    return tf.losses.softmaxCrossEntropy(labels, raw) as tf.Scalar;
  }
  const sign = tf.tensor2d(truth.map((label) => [label === 1 ? -1 : 1]));
  return tf.mean(tf.softplus(tf.mul(raw, sign))) as tf.Scalar;
}

function blend(running: Float32Array, current: Float32Array): void {
  for (let i = 0; i < running.length; i++) running[i] = (1 - MOMENTUM) * running[i]! + MOMENTUM * current[i]!;
}

async function measure(network: Network, { pictures, labels }: TrainingPictures, signal?: AbortSignal) {
  const probabilities = await predict(network, pictures, signal);
  const classes = network.classes.length;
  let [loss, right] = [0, 0];
  labels.forEach((label, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    loss -= Math.log(Math.max(1e-12, row[label]!));
    if (row.indexOf(Math.max(...row)) === label) right++;
  });
  return { loss: loss / labels.length, accuracy: right / labels.length };
}
