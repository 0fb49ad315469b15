import { createHash } from 'node:crypto';
import { z } from 'zod';
import { requireNetwork } from './arguments';
import type { TargetName } from './attribution';
import { WhylightError } from './errors';
import type { ImageSample } from './image/sample';
import { defineView } from './methods/define-method';
import { chooseLayers } from './methods/layer-map';
import { simonyan2014 } from './methods/saliency';
import { openAscent } from './network/executors/ascent';
import type { Network } from './network/network';
import { rawOutputs } from './network/output-kind';
import { type RunOptions, withAmbient, yieldToEvents } from './progress';
import { seededRandom } from './random';
import { resolveTarget, type ScoreTarget, type Target } from './target';

const schema = z.strictObject({
  layer: z.string().optional().meta({ description: 'the layer of a channel; default: the one Grad-CAM looks at' }),
  channel: z.int().min(0).optional().meta({ description: 'maximise the mean of this channel, in place of a class' }),
  steps: z.int().min(1).default(128).meta({ description: 'steps uphill' }),
  rate: z.number().default(1).meta({
    description: 'length of a step',
    unit: 'standard deviations of the normalised input',
  }),
  jitter: z.int().min(0).default(4).meta({ description: 'largest shift between steps', unit: 'px' }),
  blurEvery: z.int().min(0).default(4).meta({
    description: 'the picture is blurred a little at every so many steps; 0: never',
  }),
  seed: z.int().default(0).meta({ description: 'of the first picture and the shifts' }),
});

/** What to make as large as possible, and how: a target (a class, or the difference of two), or a channel of a layer. */
export type ActivationMaximisationOptions = z.input<typeof schema> &
  RunOptions & { readonly target?: Exclude<Target, ScoreTarget> };

export const activationMaximisationView = defineView({
  name: 'activation-maximisation',
  title: 'Activation maximisation',
  unit: 'colour',
  bibtex: simonyan2014,
  formula: String.raw`I^{*} = \operatorname*{arg\,max}_{I} S_c(I)`,
  sentence:
    'changes a picture of noise uphill along the gradient of a class’s score, or of the mean of one channel, shifted a little between steps and blurred now and then',
  use: 'to see what a class or a channel can answer to',
  avoid: 'to learn what it answers to in photos: the picture is one of many',
  cost: 'a backward pass for each of 128 steps',
  passes: ({ steps }) => 3 * steps,
  needs: ['gradient'],
  schema,
});

/** A picture that a part of the network answers to. */
export interface MaximisedActivation {
  readonly image: ImageSample;
  /** What was maximised: `logit of wolf`, `layer2.0.relu2, channel 5`. */
  readonly of: string;
  /** Its classes; null where a channel was maximised. */
  readonly target: TargetName | null;
  /** The score before each step and after the last one. */
  readonly scores: readonly number[];
  /** What the picture cannot be taken for, in sentences: where the score hardly rose. */
  readonly notes: readonly string[];
  readonly seed: number;
  readonly options: Readonly<Record<string, number>>;
}

/**
 * Activation maximisation: a picture of noise is changed uphill along the gradient of a class's logit or of the mean
 * of one channel, with random shifts (jitter) and some blur against patterns of single pixels (Simonyan, Vedaldi and
 * Zisserman 2014, arXiv:1312.6034; Yosinski et al. 2015, arXiv:1506.06579). The picture is one of many: it shows what
 * the part can answer to, not what it answers to in photos.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export async function activationMaximisation(
  network: Network,
  options: ActivationMaximisationOptions,
): Promise<MaximisedActivation> {
  requireNetwork(network);
  const { target, onProgress, signal, memoryMB: _, journal: __, ...own } = withAmbient(options);
  const { layer, channel, steps, rate, jitter, blurEvery, seed } = activationMaximisationView.parse(own);
  if ((target === undefined) === (channel === undefined)) {
    throw new WhylightError('name either a class (target) or a channel of a layer (layer, channel)');
  }
  const shape = network.inputShape;
  const [height, width, channels] = shape;
  const random = seededRandom(seed);
  let values = Float32Array.from({ length: height * width * channels }, () => 0.2 * (random() - 0.5));
  const scores: number[] = [];
  let flat = 0;
  const objective = target === undefined ? null : resolveTarget(network, outputsOf(network), target);
  const goal =
    objective === null
      ? { layer: chooseLayers(network, layer).layers[0]!, channel: channel! }
      : { outputWeights: objective.weights };
  const ascent = openAscent(network, goal);
  try {
    for (let step = 0; step < steps; step++) {
      await yieldToEvents(signal);
      const shift = () => Math.floor((2 * jitter + 1) * random()) - jitter;
      const [down, across] = [shift(), shift()];
      const moved = rolled(values, shape, down, across);
      const { score, gradient } = ascent.run(moved);
      scores.push(score);
      if (!climb(moved, gradient, rate)) flat++;
      values = rolled(moved, shape, -down, -across);
      if (blurEvery > 0 && (step + 1) % blurEvery === 0) values = blurred(values, shape);
      clip(values, network);
      onProgress?.({ label: 'activation maximisation', done: step + 1, total: steps });
    }
    scores.push(ascent.run(values).score);
  } finally {
    ascent.close();
  }
  const pixels = pixelsOf(values, network);
  const of =
    'layer' in goal
      ? `${goal.layer}, channel ${goal.channel}`
      : `${network.output === 'linear' ? 'value' : 'logit'} of ${objective!.label}`;
  return {
    image: {
      pixels,
      width,
      height,
      sha256: createHash('sha256').update(pixels).digest('hex'),
      source: `what ${network.name} answers to: ${of}`,
    },
    of,
    target: objective && { kind: objective.kind, classes: objective.classes, label: objective.label },
    scores,
    notes: ascentNotes(of, scores, flat),
    seed,
    options: { steps, rate, jitter, blurEvery },
  };
}

/** A step uphill of the rate's length. @returns false where the slope is 0 everywhere. */
function climb(values: Float32Array, gradient: Float32Array, rate: number): boolean {
  const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0) / gradient.length) || 1;
  for (let i = 0; i < values.length; i++) values[i]! += ((rate * 0.05) / size) * gradient[i]!;
  return gradient.some((slope) => slope !== 0);
}

/**
 * Where the way up was none: the score gained less than a tenth of its size.
 * @param flat number of steps at which the slope was 0.
 */
function ascentNotes(of: string, scores: readonly number[], flat: number): string[] {
  const [first, last] = [scores[0]!, scores.at(-1)!];
  if (last - first > 0.1 * Math.abs(first)) return [];
  const why =
    flat === 0
      ? ''
      : `; at ${flat} of ${scores.length - 1} steps its slope was 0, as of a channel that a ReLU shuts everywhere`;
  return [
    `${of} hardly rose, from ${first.toPrecision(3)} to ${last.toPrecision(3)}: the picture shows nothing that it answers to${why}`,
  ];
}

/** No outputs in particular: a class's weights are the same for all. */
const outputsOf = ({ output, classes }: Network) => new Float32Array(rawOutputs(output, classes.length));

/** The picture shifted, what leaves on one side coming in on the other. */
function rolled(
  values: Float32Array,
  [height, width, channels]: Network['inputShape'],
  down: number,
  across: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const row = (((y + down) % height) + height) % height;
    for (let x = 0; x < width; x++) {
      const column = (((x + across) % width) + width) % width;
      const [from, to] = [(y * width + x) * channels, (row * width + column) * channels];
      for (let c = 0; c < channels; c++) result[to + c] = values[from + c]!;
    }
  }
  return result;
}

/** Weights 1, 4, 1 down and across. */
function blurred(values: Float32Array, [height, width, channels]: Network['inputShape']): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  const at = (y: number, x: number, c: number) =>
    values[(Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * channels + c]!;
  const weights = [1 / 6, 4 / 6, 1 / 6] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let j = 0; j < 3; j++)
          for (let i = 0; i < 3; i++) sum += weights[j]! * weights[i]! * at(y + j - 1, x + i - 1, c);
        result[(y * width + x) * channels + c] = sum;
      }
    }
  }
  return result;
}

/** Keeps every value within what a pixel can be. */
function clip(values: Float32Array, { preprocessing: { mean, std } }: Network): void {
  for (let i = 0; i < values.length; i++) {
    const [m, s] = [mean[i % mean.length]!, std[i % mean.length]!];
    values[i] = Math.min((1 - m) / s, Math.max(-m / s, values[i]!));
  }
}

/** RGB bytes, whatever the input's channels are. */
function pixelsOf(values: Float32Array, { preprocessing: { mean, std, channels = 'rgb' } }: Network): Uint8Array {
  const depth = mean.length;
  return Uint8Array.from({ length: (values.length / depth) * 3 }, (_, i) => {
    const channel = channels === 'grey' ? 0 : channels === 'bgr' ? 2 - (i % 3) : i % 3;
    const value = values[Math.floor(i / 3) * depth + channel]!;
    return Math.round(255 * Math.min(1, Math.max(0, value * std[channel]! + mean[channel]!)));
  });
}
