import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { type Compiled, compile } from './compiled';
import { uploadParameters } from './engine-layout';
import { evaluate } from './evaluate';

/** A scalar of the network: a sum of raw outputs, or the mean of one channel of a map. */
export type AscentGoal =
  | { readonly outputWeights: Float32Array }
  | { readonly layer: string; readonly channel: number };

/** A scalar and its gradient with respect to the input, again and again; `close` frees the weights. */
export interface AscentSession {
  /** @param values H×W×3 of the input. */
  readonly run: (values: Float32Array) => { readonly score: number; readonly gradient: Float32Array };
  readonly close: () => void;
}

/**
 * Opens a session for the gradient of a scalar inside the network.
 * @throws WhylightError for a channel that the layer does not have.
 */
export function openAscent(network: Network, goal: AscentGoal): AscentSession {
  const keep = 'layer' in goal ? [goal.layer] : [];
  if ('layer' in goal) {
    const channels = nodeShapes(network.graph, network.inputShape).get(goal.layer)!.at(-1)!;
    if (!Number.isInteger(goal.channel) || goal.channel < 0 || goal.channel >= channels) {
      throw new WhylightError(`unknown channel: ${goal.channel} (${goal.layer} has channels 0 to ${channels - 1})`);
    }
  }
  const folded = foldBatchNorm(network, keep).network;
  // What lies above the layer has no say.
  const end = 'layer' in goal ? folded.graph.findIndex(({ name }) => name === goal.layer) + 1 : folded.graph.length;
  const graph = folded.graph.slice(0, end);
  const last = graph.at(-1)!.name;
  const uploaded = uploadParameters({ ...folded, graph });
  const scalar = (value: tf.Tensor) =>
    'layer' in goal
      ? tf.mean(tf.slice(value as tf.Tensor4D, [0, 0, 0, goal.channel], [-1, -1, -1, 1]))
      : tf.sum(tf.mul(tf.reshape(value, [-1]), tf.tensor1d(goal.outputWeights)));
  const parameter = new Map([...folded.parameters.keys()].map((name) => [name, uploaded.source(name)]));
  let compiled: Compiled | undefined;
  return {
    run: (values) =>
      scoped(() => {
        const start = tf.tensor(values, [1, ...network.inputShape]);
        const inputs = [start, ...parameter.values()];
        compiled ??= compile(inputs, () => {
          const climb = (x: tf.Tensor) => scalar(evaluate(graph, x, (name) => parameter.get(name)!).get(last)!);
          const { value, grad } = tf.valueAndGrad(climb)(start);
          return [value, grad];
        });
        const [score, slope] = compiled.run(inputs);
        return { score: score!.dataSync()[0]!, gradient: slope!.dataSync() as Float32Array };
      }),
    close: () => {
      uploaded.dispose();
      compiled?.close();
    },
  };
}
