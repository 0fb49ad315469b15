import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tf } from '../../engine';
import { temporaryFolder } from '../../leftovers';
import { native } from '../kernels/native';
import { backend } from '../kernels/native-backend';
import { graphFile, TAG } from './graph-file';
import { record } from './recording';

/** A function of tensors as one TensorFlow graph. */
export interface Compiled {
  /** @param inputs of the shapes and types, and in the order, of those it was compiled with. */
  readonly run: (inputs: readonly tf.Tensor[]) => tf.Tensor[];
  readonly close: () => void;
}

/**
 * Makes one graph of what `work` has TensorFlow do, so that TensorFlow joins operations and nothing goes through
 * JavaScript between them. `work` runs once, now, without its convolutions (see `record`), and must do the same for all
 * values of the inputs. Compiling takes a tenth of a second or two more, most of them at the first run.
 *
 * @param inputs every tensor from outside that `work` reads.
 * @throws WhylightError where it reads others, or a tensor's values.
 */
export function compile(inputs: readonly tf.Tensor[], work: () => readonly tf.Tensor[]): Compiled {
  const engine = backend();
  const ids = engine.getInputTensorIds(inputs);
  // A copy is fetched: TensorFlow joins some operations although a value between them is wanted.
  const copied = (value: tf.Tensor): tf.Tensor =>
    engine.getInputTensorIds([value]).some((id) => ids.includes(id)) || value.dtype !== 'float32'
      ? value
      : native('Identity', {}, [value]);
  const outside = inputs.map(({ shape }, i) => ({ id: ids[i]!, shape }));
  const { result: outputs, recording } = record(outside, () => tf.tidy(() => work().map(copied)));
  const outputIds = engine.getInputTensorIds(outputs);
  for (const tensor of outputs) if (!inputs.includes(tensor)) tensor.dispose();
  const inputTensors = inputs.map(({ shape }, i) => ({ id: ids[i]!, shape, dtype: engine.binding.TF_FLOAT }));
  // What goes in and comes out as it is has no place in the graph.
  const through = outputIds.map((id) => ids.indexOf(id));
  const file = graphFile(
    recording,
    inputTensors,
    outputIds.filter((_, i) => through[i] === -1),
  );
  const feeds = ids.flatMap((id, i) => (file.inputs.has(id) && ids.indexOf(id) === i ? [i] : []));
  const from = feeds.map((i) => file.inputs.get(ids[i]!)!).join(',');
  const to = file.outputs.join(',');
  const model = load(file.bytes);
  return {
    run: (values) => {
      const fetches = engine.binding
        .runSavedModel(model, engine.getInputTensorIds(feeds.map((i) => values[i]!)), from, to)
        .map((one) => engine.createOutputTensor(one));
      let next = 0;
      return through.map((i) => (i === -1 ? fetches[next++]! : tf.clone(values[i]!)));
    },
    close: () => engine.binding.deleteSavedModel(model),
  };
}

/** TensorFlow loads graphs from folders only. */
function load(bytes: Uint8Array): number {
  const folder = temporaryFolder('whylight-graph');
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), bytes);
    return backend().binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
