import { Command, InvalidArgumentError, Option } from 'commander';
import { channelOrders, fits } from '../explain/image/preprocessing';
import { scales } from '../explain/network/card-preprocessing';
import { outputKinds } from '../explain/network/output-kind';
import type { ImportRequest } from './import-work';
import { jsonOption, pixels } from './options';

/** `224` or `224x160`, as height and width. */
function size(text: string): readonly [number, number] {
  const value = pixels(text);
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (pair.some((side) => side > 4096)) throw new InvalidArgumentError('Allowed: up to 4096 px.');
  return pair;
}

/** `whylight import`: a card for the file of somebody's network. */
export function importCommand(): Command {
  return new Command('import')
    .description("Write a network card for a network's file, say what of it was assumed, and try it on a photo.")
    .argument(
      '<file>',
      'ONNX, Keras (.h5, .keras), TensorFlow.js (model.json), a zip of Teachable Machine, PyTorch (.pth, .safetensors, a shard index): told by its bytes, not by its name',
    )
    .option('--labels <labels>', 'a file with one a line (labels.txt, metadata.json), or a,b,c')
    .option('--size <px>', 'input of a network that takes any size: px, or HEIGHTxWIDTH', size)
    .option('--architecture <name>', 'of a file of weights alone that several architectures fit')
    .addOption(new Option('--scale <name>', 'values of its pixels').choices(scales))
    .addOption(new Option('--channels <order>', 'order of its channels').choices(channelOrders))
    .addOption(new Option('--fit <way>', 'what becomes of a photo of another shape').choices(fits))
    .addOption(new Option('--output <kind>', 'what its outputs are').choices(outputKinds))
    .option('--unit <unit>', 'what the values of a linear output are in: years')
    .option('--title <words>', 'title of the network')
    .option('--photo <file>', 'a photo to try it on: its five best classes show a wrong scale')
    .option('-o, --out <card>', 'the card to write; default: NAME.yaml in networks/ in the current folder')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
What the file says goes into the card as it is; what nobody says is assumed as its kind's own tools do it, and marked in
the card and in what is printed. Look at the classes of a photo you know before you believe an explanation.

Examples:
  whylight import keras_model.h5 --labels labels.txt --photo leaf.jpg
  whylight import model.onnx --size 224 --scale imagenet --labels cat,dog --out networks/cats.yaml`,
    )
    .action(async (file: string, request: ImportRequest) => {
      const { importNetwork } = await import('./import-work.js');
      await importNetwork(file, request);
    });
}
