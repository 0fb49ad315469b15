import type { z } from 'zod';
import { WhylightError } from '../../errors';
import type { ChannelOrder, Preprocessing } from '../../image/preprocessing';
import { cardScale, type partialPreprocessingSchema, type Scale, scaleValues } from '../card-preprocessing';
import type { Network } from '../network';
import { labelCount, type OutputKind } from '../output-kind';
import type { Custom, ForeignKind } from './foreign-kind';
import type { ForeignNetwork } from './foreign-network';
import { labelsBeside } from './labels';

/** What a card, or a person, says of a file's network. */
export interface Description {
  readonly preprocessing?: z.infer<typeof partialPreprocessingSchema>;
  readonly output?: OutputKind;
  readonly unit?: string;
  readonly classes?: readonly string[];
}

/** A part of a description, and where it is from. */
export interface Part<T> {
  readonly value: T;
  /** Where nobody said it and it was taken for granted: the sentence that says so. */
  readonly assumption: string | null;
  /** Where a file said it: `labels.txt`, `the file`. */
  readonly source: string | null;
}

/** Everything that a network needs beside its graph, and which of it was assumed. */
export interface Described {
  readonly output: Part<OutputKind>;
  readonly classes: Part<readonly string[]>;
  readonly scale: Part<Pick<Preprocessing, 'mean' | 'std'>>;
  readonly channels: Part<ChannelOrder>;
  readonly placing: Part<Pick<Preprocessing, 'resize' | 'crop' | 'fit'>>;
}

const fact = <T>(value: T, source: string | null = null): Part<T> => ({ value, assumption: null, source });
const supposition = <T>(value: T, assumption: string): Part<T> => ({ value, assumption, source: null });

/**
 * What a file's network takes and gives: first what was said of it, then what the file says, then what is usual.
 * @throws WhylightError where these contradict one another.
 */
export async function describe(
  foreign: ForeignNetwork,
  kind: Pick<ForeignKind, 'usual' | 'usualBeside'>,
  file: string,
  description: Description,
): Promise<Described> {
  const output = outputOf(foreign, description.output);
  const classes = await classesOf(foreign, output.value, file, description.classes);
  const channels = channelsOf(foreign, description.preprocessing?.channels);
  const usual = (await kind.usualBeside?.(file)) ?? kind.usual;
  return {
    output,
    classes,
    channels,
    scale: scaleOf(foreign, usual, channels.value, description.preprocessing),
    placing: placingOf(foreign, usual, description.preprocessing),
  };
}

/** The described network without its name: what `Network` has beside it. */
export function describedNetwork(
  foreign: ForeignNetwork,
  { output, classes, scale, channels, placing }: Described,
): Omit<Network, 'name' | 'title'> {
  const assumptions = [placing, channels, scale, output, classes].flatMap(({ assumption }) => assumption ?? []);
  return {
    architecture: foreign.format,
    graph: foreign.graph,
    parameters: foreign.parameters,
    camNode: foreign.camNode,
    inputShape: foreign.inputShape,
    weightsSha256: foreign.weightsSha256,
    preprocessing: { ...placing.value, ...scale.value, channels: channels.value },
    output: output.value,
    classes: classes.value,
    ...(assumptions.length > 0 && { assumptions }),
  };
}

/** Kinds of output that may stand behind each ending. */
const kindsBehind = {
  softmax: ['softmax'],
  sigmoid: ['sigmoid', 'multilabel'],
} as const satisfies Record<string, readonly OutputKind[]>;

function outputOf({ ending, outputs }: ForeignNetwork, own: OutputKind | undefined): Part<OutputKind> {
  if (ending === 'softmax' && outputs === 1) {
    throw new WhylightError(
      'it ends in a softmax over one output, which always answers 1 (allowed: two outputs or more)',
    );
  }
  if (own !== undefined) {
    const allowed: readonly OutputKind[] | null = ending && kindsBehind[ending];
    if (allowed !== null && !allowed.includes(own)) {
      throw new WhylightError(
        `it ends in ${ending}, and its output is said to be ${own} (allowed: ${allowed.join(', ')})`,
      );
    }
    if (own === 'sigmoid' && outputs !== 1) {
      throw new WhylightError(`it has ${outputs} outputs, and a sigmoid head has one (allowed: multilabel)`);
    }
    return fact(own);
  }
  if (ending === 'softmax') return fact('softmax', 'the file');
  if (ending === 'sigmoid') return fact(outputs === 1 ? 'sigmoid' : 'multilabel', 'the file');
  return outputs === 1
    ? supposition(
        'linear',
        'its one output is taken for a value, since no sigmoid ends it (output: sigmoid, if it is a logit)',
      )
    : supposition(
        'softmax',
        `its ${outputs} outputs are taken for logits of classes of which one is right (output: multilabel or linear, if not)`,
      );
}

async function classesOf(
  { labels, outputs }: ForeignNetwork,
  output: OutputKind,
  file: string,
  own: readonly string[] | undefined,
): Promise<Part<readonly string[]>> {
  const count = labelCount(output, outputs);
  if (own !== undefined) {
    if (own.length === count) return fact(own);
    throw new WhylightError(
      `it has ${count} ${noun(output, count)}, and ${own.length} ${own.length === 1 ? 'label is' : 'labels are'} given`,
    );
  }
  if (labels?.length === count) return fact(labels, 'the file');
  const beside = await labelsBeside(file, count);
  if (beside !== null) {
    return { ...supposition(beside.labels, `its labels are taken from ${beside.name} beside it`), source: beside.name };
  }
  const names = numberedLabels(output, count);
  return supposition(
    names,
    count === 1
      ? `it has no name for its ${names[0]}`
      : `it names no labels: they are called ${names[0]} to ${names.at(-1)}`,
  );
}

const noun = (output: OutputKind, count: number) =>
  `${output === 'linear' ? 'value' : output === 'multilabel' ? 'label' : 'class'}${count === 1 ? '' : output === 'linear' || output === 'multilabel' ? 's' : 'es'}`;

function numberedLabels(output: OutputKind, count: number): readonly string[] {
  if (output === 'sigmoid') return ['negative', 'positive'];
  const word = output === 'linear' ? 'value' : output === 'multilabel' ? 'label' : 'class';
  return Array.from({ length: count }, (_, i) => (count === 1 ? word : `${word} ${i}`));
}

function channelsOf({ inputShape, preprocessing }: ForeignNetwork, own: ChannelOrder | undefined): Part<ChannelOrder> {
  const [, , count] = inputShape;
  if (count !== 1 && count !== 3) {
    throw new WhylightError(`it takes ${count} channels (allowed: 1, grey, or 3, red, green and blue)`);
  }
  const order = own ?? preprocessing?.channels;
  if (order !== undefined && (order === 'grey') !== (count === 1)) {
    throw new WhylightError(`it takes ${count} channel${count === 1 ? '' : 's'}, and they are said to be ${order}`);
  }
  if (order !== undefined) return fact(order, own === undefined ? 'the file' : null);
  // One channel leaves no choice.
  return count === 1
    ? fact('grey', 'the file')
    : supposition('rgb', 'its channels are taken for red, green, blue in this order');
}

const scaleWords: Readonly<Record<Scale, string>> = {
  '0-1': '0 to 1',
  '0-255': '0 to 255',
  '-1-1': '−1 to 1',
  'x/127-1': 'x/127 − 1',
  imagenet: 'ImageNet’s mean and standard deviation',
  caffe: 'Caffe’s, bytes less ImageNet’s mean',
};

function scaleOf(
  { preprocessing }: ForeignNetwork,
  usual: Custom,
  channels: ChannelOrder,
  own: Description['preprocessing'],
): Described['scale'] {
  const values = own === undefined ? null : cardScale({ ...own, channels });
  if (values !== null) return fact(values);
  const count = channels === 'grey' ? 1 : 3;
  const { mean, std } = preprocessing ?? {};
  if (mean !== undefined || std !== undefined) {
    const filled = (values: readonly number[] | undefined, standard: number) =>
      values?.length === count ? values : new Array<number>(count).fill(values?.[0] ?? standard);
    return fact({ mean: filled(mean, 0), std: filled(std, 1) }, 'the file');
  }
  const scale = channels === 'grey' ? '0-1' : usual.scale;
  return supposition(
    scaleValues(scale, channels),
    `its pixels are scaled as ${usual.custom} usually ${scale === 'imagenet' ? 'does' : 'gets them'}: ${scaleWords[scale]} (scale)`,
  );
}

function placingOf(
  { inputShape: [height, width] }: ForeignNetwork,
  usual: Custom,
  own: Description['preprocessing'],
): Described['placing'] {
  const { resize, crop, fit } = own ?? {};
  const size = [height, width] as const;
  const cropped = crop === undefined ? size : typeof crop === 'number' ? ([crop, crop] as const) : crop;
  if (cropped.join() !== size.join()) {
    throw new WhylightError(`it takes ${height}×${width} px, and its card crops to ${cropped.join('×')}`);
  }
  const way = fit ?? usual.fit;
  // A pair with the fit of a crop covers the input and cuts out its middle.
  const value = { resize: resize === undefined ? size : resize, crop: size, fit: way };
  if (resize !== undefined) return fact(fit === undefined ? { resize, crop: size } : value);
  if (fit !== undefined) return fact(value);
  return supposition(
    value,
    way === 'crop'
      ? `of a photo it sees the middle, as large as fits ${height}×${width} (fit: pad or stretch, if not)`
      : `a photo is pulled to ${height}×${width}, as ${usual.custom} usually does (fit: crop or pad, if not)`,
  );
}
