import { listAllowed, WhylightError } from '../../errors';
import { type Checkpoint, fullName, type StoredTensor } from './checkpoint';
import { quoteName } from './quote-name';

/** Tensors that may be one network's weights: all whose names begin alike. */
export interface WeightGroup {
  /** Of the dictionary that holds them; empty at the top. */
  readonly key: string;
  /** What is cut from the front of their names: `module.`. */
  readonly prefix: string;
  /** By the names that are left. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** A name that two tensors have; null where there is none, as should be. */
  readonly twice: string | null;
}

/** Which of a file's tensors are meant, where several might be. */
export interface GroupChoice {
  /** The dictionary: its keys from the top, joined by dots; empty for the top. Default: any. */
  readonly key?: string | undefined;
  /** What every weight's name begins with and loses; others are left aside. Default: any. */
  readonly prefix?: string | undefined;
}

/** A name is cut at its first dots only, so that a long one makes few groups. */
const CUTS = 24;

/** A group in words: `model_ema, prefix module.`. */
export function groupWords({ key, prefix }: Pick<WeightGroup, 'key' | 'prefix'>): string {
  const place = key === '' ? 'the top' : quoteName(key);
  return prefix === '' ? place : `${place} (prefix ${quoteName(prefix)})`;
}

/** What chooses a group in a card. */
export const groupChoice = ({ key, prefix }: Pick<WeightGroup, 'key' | 'prefix'>): string =>
  `weights: { key: '${quoteName(key)}', prefix: '${quoteName(prefix)}' }`;

/**
 * Every group of tensors whose names begin alike up to a dot, whatever that beginning is; the largest first.
 * @param least groups of fewer tensors are left out
 * @throws WhylightError where the choice is of what is not there.
 */
export function weightGroups(checkpoint: Checkpoint, { key, prefix }: GroupChoice = {}, least = 1): WeightGroup[] {
  const selection = checkpoint.tensors.filter((tensor) => key === undefined || isInside(tensor, key));
  if (selection.length === 0) {
    throw new WhylightError(
      `no tensors under the key ${quoteName(key ?? '')} (allowed: ${dictionaryWords(checkpoint)})`,
    );
  }
  if (prefix !== undefined) return groupsByPrefix(selection, key, prefix);
  const byStart = new Map<string, StoredTensor[]>();
  for (const tensor of selection) {
    const name = fullName(tensor);
    for (const cut of cutsOf(name, key === undefined || key === '' ? 0 : key.length + 1)) {
      const group = byStart.get(name.slice(0, cut));
      if (group === undefined) byStart.set(name.slice(0, cut), [tensor]);
      else group.push(tensor);
    }
  }
  return [...byStart]
    .filter(([, tensors]) => tensors.length >= least)
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([start, tensors]) => ({ ...placeOf(start, tensors), ...byName(tensors, start.length) }));
}

const isInside = (tensor: StoredTensor, key: string) =>
  key === '' || tensor.key === key || tensor.key.startsWith(`${key}.`);

/** Where a name may be cut: at its start, and after each of its first dots. */
function cutsOf(name: string, from: number): number[] {
  const cuts = [from];
  for (let dot = name.indexOf('.', from); dot >= 0 && cuts.length <= CUTS; dot = name.indexOf('.', dot + 1)) {
    cuts.push(dot + 1);
  }
  return cuts;
}

function groupsByPrefix(tensors: readonly StoredTensor[], key: string | undefined, prefix: string): WeightGroup[] {
  const byKey = new Map<string, StoredTensor[]>();
  for (const tensor of tensors) {
    const place = key ?? tensor.key;
    const name = place === '' ? fullName(tensor) : fullName(tensor).slice(place.length + 1);
    if (name.startsWith(prefix) && name.length > prefix.length) byKey.set(place, [...(byKey.get(place) ?? []), tensor]);
  }
  if (byKey.size === 0) throw new WhylightError(`no tensor's name begins with the prefix ${quoteName(prefix)}`);
  return [...byKey].map(([place, group]) => ({
    key: place,
    prefix,
    ...byName(group, (place === '' ? 0 : place.length + 1) + prefix.length),
  }));
}

function byName(tensors: readonly StoredTensor[], cut: number): Pick<WeightGroup, 'tensors' | 'twice'> {
  const result = new Map<string, StoredTensor>();
  let twice: string | null = null;
  for (const tensor of tensors) {
    const name = fullName(tensor).slice(cut);
    if (result.has(name)) twice ??= name;
    result.set(name, tensor);
  }
  return { tensors: result, twice };
}

/** Which part of a common start is the dictionary's key, and which the beginning of the names in it. */
function placeOf(start: string, tensors: readonly StoredTensor[]): Pick<WeightGroup, 'key' | 'prefix'> {
  const { key } = tensors[0]!;
  const within = key === '' ? '' : `${key}.`;
  if (start.startsWith(within) && tensors.every((tensor) => tensor.key === key)) {
    return { key, prefix: start.slice(within.length) };
  }
  return { key: start.slice(0, -1), prefix: '' };
}

const dictionaryWords = ({ tensors }: Checkpoint) =>
  listAllowed([...new Set(tensors.map(({ key }) => (key === '' ? "''" : quoteName(key))))]);

/** Names that say nothing but that here are the weights. */
const plain =
  /^(|state_dict|model_state_dict|model_state|modelstate|model_weights|model|models|net|network|classifier|module|weights|params|parameters|checkpoint|_orig_mod)$/i;
/** Copies beside the weights themselves. */
const copy = /(^|[_-])(ema|swa|avg|averaged?|shadow|momentum|slow)([_-]|$)/i;

/** How usual it is that a group's place holds the weights themselves: 0 is most. */
export function rank({ key, prefix }: Pick<WeightGroup, 'key' | 'prefix'>): number {
  const words = `${key}.${prefix}`.split('.').filter((word) => word !== '');
  if (words.some((word) => copy.test(word))) return 2;
  return words.every((word) => plain.test(word)) ? 0 : 1;
}

/** Whether two groups are the same numbers under two names. */
export const areOne = (a: WeightGroup, b: WeightGroup): boolean =>
  a.tensors.size === b.tensors.size &&
  [...a.tensors].every(([name, { place }]) => b.tensors.get(name)?.place === place);

/** What training puts before every name, whatever the network is. */
const wrappers = ['module.', '_orig_mod.'];

/**
 * The tensors of a file that is read without knowing what for: see `readWeights`.
 * @throws WhylightError where several dictionaries are as good, or one name stands for two tensors.
 */
export function usualGroup(checkpoint: Checkpoint): ReadonlyMap<string, StoredTensor> {
  const keys = [...new Set(checkpoint.tensors.map(({ key }) => key))];
  const best = Math.min(...keys.map((key) => rank({ key, prefix: '' })));
  const [key, other] = keys.filter((one) => rank({ key: one, prefix: '' }) === best);
  if (other !== undefined) {
    throw new WhylightError(
      `weights lie at ${groupWords({ key: key!, prefix: '' })} and at ${groupWords({ key: other, prefix: '' })}, and one has to be chosen (${groupChoice({ key: other, prefix: '' })})`,
    );
  }
  let names = new Map(checkpoint.tensors.filter((tensor) => tensor.key === key).map((one) => [one.name, one]));
  for (let depth = 0; depth < 4; depth++) {
    const prefix = wrappers.find((start) => [...names.keys()].every((name) => name.startsWith(start)));
    if (prefix === undefined) break;
    names = new Map([...names].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  }
  return names;
}
