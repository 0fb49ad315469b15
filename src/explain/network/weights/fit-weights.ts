import { listAllowed, WhylightError } from '../../errors';
import type { Parameter } from '../network';
import { shapedParameter } from '../parameter-shapes';
import type { Checkpoint, StoredTensor } from './checkpoint';
import { quoteName } from './quote-name';
import {
  areOne,
  type GroupChoice,
  groupChoice,
  groupWords,
  rank,
  type WeightGroup,
  weightGroups,
} from './weight-groups';

/** What a network wants of a weights file. */
export interface WeightRequest {
  /** Every parameter with its shape in PyTorch's order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** The network's name of a published weight; null for one that it does not use. Default: the same. */
  readonly parameterName?: ((published: string) => string | null) | undefined;
}

/** A group of a file's tensors held against what a network wants. */
export interface Fit {
  readonly group: WeightGroup;
  /** By the network's names. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly missing: readonly string[];
  /** Tensors of the group that the network has no use for, by the network's names. */
  readonly extra: readonly string[];
  /** Of another shape, by the network's names. */
  readonly misshapen: readonly string[];
  /** A name of the network that two tensors have. */
  readonly twice: string | null;
}

const nothing = new Float32Array(0);

/** Whether a published shape is the network's, up to axes of one cell at its end. */
const sameShape = (published: readonly number[], shape: readonly number[]): boolean =>
  shapedParameter({ shape: published, values: nothing }, shape) !== null;

/** Holds a group against what a network wants. */
export function fitGroup(group: WeightGroup, { shapes, parameterName }: WeightRequest): Fit {
  const tensors = new Map<string, StoredTensor>();
  let { twice } = group;
  for (const [published, tensor] of group.tensors) {
    const name = parameterName === undefined ? published : parameterName(published);
    if (name === null) continue;
    if (tensors.has(name)) twice ??= name;
    tensors.set(name, tensor);
  }
  const entries = [...shapes];
  return {
    group,
    tensors,
    missing: entries.flatMap(([name]) => (tensors.has(name) ? [] : [name])),
    extra: [...tensors.keys()].filter((name) => !shapes.has(name)),
    misshapen: entries.flatMap(([name, shape]) => {
      const tensor = tensors.get(name);
      return tensor === undefined || sameShape(tensor.shape, shape) ? [] : [name];
    }),
    twice,
  };
}

/** Whether a group is the network's weights, no more and no less. */
export const isWhole = ({ missing, extra, misshapen, twice }: Fit): boolean =>
  missing.length + extra.length + misshapen.length === 0 && twice === null;

/** How far a fit is from whole: weights that do not match, on either side. */
const distance = ({ missing, extra, misshapen }: Fit): number => missing.length + extra.length + misshapen.length;

/** What does not fit, in words. */
export function problemWords(
  { missing, extra, misshapen, twice, tensors, group }: Fit,
  request: WeightRequest,
  checkpoint: Checkpoint,
): string {
  const shaped = misshapen.map(
    (name) => `${name} is ${tensors.get(name)!.shape.join('×')}, not ${request.shapes.get(name)!.join('×')}`,
  );
  const problems = [
    twice === null ? '' : `holds ${quoteName(twice)} twice`,
    missing.length > 0 ? `missing: ${listAllowed(missing, 5)}${unreadableWords(missing, group, checkpoint)}` : '',
    extra.length > 0
      ? `not of this architecture: ${listAllowed(
          extra.map((name) => quoteName(name)),
          5,
        )}`
      : '',
    shaped.length > 0 ? `of another shape: ${listAllowed(shaped, 3)}` : '',
  ];
  return problems.filter((problem) => problem !== '').join('; ');
}

/** A missing weight that something foreign would have made. */
function unreadableWords(missing: readonly string[], { key, prefix }: WeightGroup, { unreadable }: Checkpoint): string {
  for (const name of missing) {
    const full = `${key === '' ? '' : `${key}.`}${prefix}${name}`;
    const maker = unreadable.get(full);
    if (maker !== undefined)
      return ` (${quoteName(full)} would be made by ${quoteName(maker)}, and nothing in a file is run)`;
  }
  return '';
}

/** The weights of a network, and which of a file's they are: sentences. */
export interface Choice<F extends Fit> {
  readonly fit: F;
  readonly notes: readonly string[];
}

/**
 * Of groups that all fit whole the one that is meant: what lies where weights usually lie, before averages of them.
 * @throws WhylightError where two are as good, with both and how one is chosen.
 */
export function chooseFit<F extends Fit>(fits: readonly F[], checkpoint: Checkpoint): Choice<F> {
  const best = Math.min(...fits.map(({ group }) => rank(group)));
  const [fit, ...others] = fits.filter(({ group }) => rank(group) === best);
  const other = others.find(({ group }) => !areOne(group, fit!.group));
  if (other !== undefined) {
    throw new WhylightError(
      `it holds the network twice, at ${groupWords(fit!.group)} and at ${groupWords(other.group)}: choose one in a card (${groupChoice(other.group)})`,
    );
  }
  return { fit: fit!, notes: placeNotes(fit!, fits, checkpoint) };
}

function placeNotes(fit: Fit, fits: readonly Fit[], checkpoint: Checkpoint): string[] {
  const { group } = fit;
  const own = new Set(group.tensors.values());
  const copies = fits.filter((one) => one !== fit && !areOne(one.group, group)).map((one) => groupWords(one.group));
  const inCopies = new Set(fits.flatMap((one) => [...one.group.tensors.values()]));
  const rest = checkpoint.tensors.filter((tensor) => !own.has(tensor) && !inCopies.has(tensor));
  const count = (number: number) => `${number} ${number === 1 ? 'tensor' : 'tensors'}`;
  const aside = [...new Set(rest.map((tensor) => startOf(tensor, group)))];
  const also = [
    ...copies.map((words) => `${words}, the same network`),
    ...(aside.length > 0 ? [`${listAllowed(aside, 4)} (${count(rest.length)})`] : []),
    ...checkpoint.bystanders.slice(0, 8).map((name) => quoteName(name, 30)),
  ];
  const whole = group.key === '' && group.prefix === '' && also.length === 0;
  return whole
    ? []
    : [`its weights are those at ${groupWords(group)}${also.length > 0 ? `; also there: ${also.join(', ')}` : ''}`];
}

/** Where a tensor that was left aside lies, in a word. */
function startOf({ key, name }: StoredTensor, within: WeightGroup): string {
  if (key === '') return quoteName(name.split('.')[0]!, 40);
  return quoteName(key === within.key ? `${key}.${name.split('.')[0]}` : key.split('.')[0]!, 40);
}

/**
 * Reads the weights of a network out of a file.
 * @param what the network, for error messages: `resnet18 with ImageNet`
 * @throws WhylightError where no group of the file's tensors fits whole, saying what is wrong with the nearest.
 */
export function fitWeights(
  file: string,
  checkpoint: Checkpoint,
  request: WeightRequest,
  choice: GroupChoice,
  what: string,
): { readonly parameters: Map<string, Parameter>; readonly notes: readonly string[] } {
  try {
    const fits = weightGroups(checkpoint, choice, request.shapes.size)
      .map((group) => fitGroup(group, request))
      .filter(isWhole);
    if (fits.length > 0) {
      const { fit, notes } = chooseFit(fits, checkpoint);
      return { parameters: readFit(fit, request, checkpoint), notes };
    }
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`${quoteName(file)}: ${error.message}`, { cause: error });
  }
  const nearest = nearestFit(checkpoint, choice, request);
  const { group } = nearest;
  const place = group.key === '' && group.prefix === '' ? '' : `, at ${groupWords(group)},`;
  throw new WhylightError(`${file}${place} does not fit ${what}: ${problemWords(nearest, request, checkpoint)}`);
}

/** So many of the largest groups are held against a network that none fits. */
const TRIED = 40;

/** The group that is nearest to fitting; there is one, for a checkpoint holds tensors. */
function nearestFit(checkpoint: Checkpoint, choice: GroupChoice, request: WeightRequest): Fit {
  return weightGroups(checkpoint, choice, 1)
    .slice(0, TRIED)
    .map((group) => fitGroup(group, request))
    .reduce((best, fit) => (distance(fit) < distance(best) ? fit : best));
}

/** The numbers, in the network's shapes and order. */
export function readFit({ tensors }: Fit, { shapes }: WeightRequest, checkpoint: Checkpoint): Map<string, Parameter> {
  const read = checkpoint.read(new Map([...shapes.keys()].map((name) => [name, tensors.get(name)!])));
  return new Map([...shapes].map(([name, shape]) => [name, shapedParameter(read.get(name)!, shape)!]));
}
