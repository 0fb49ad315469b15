import path from 'node:path';
import { z } from 'zod';
import { listAllowed, WhylightError } from '../explain/errors';
import { readUpTo, reasonOf } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import { loadMask } from '../explain/image/object-mask';
import type { ImageSample } from '../explain/image/sample';
import type { Look } from '../explain/look';
import type { MeasureCase } from '../explain/measures/define-measure';
import { maskOnInput } from '../explain/measures/input-mask';
import type { Network } from '../explain/network/network';
import { parseStrictJson } from '../explain/network/weights/strict-json';
import { schemaMistake } from '../explain/schema-mistake';
import { findClass } from '../explain/target';

/** A photo and where its object is. */
export interface MaskedPhoto {
  readonly photo: ImageSample;
  /** The photo's height × width, row by row: 255 inside, else 0. */
  readonly mask: Uint8Array;
  /** As the set calls the object: `dog`. */
  readonly category: string;
}

/** A photo of a set, not yet decoded. */
export interface MaskedEntry {
  /** Paths inside the set, with forward slashes. */
  readonly image: string;
  readonly mask: string;
  readonly category: string;
  /** @throws WhylightError naming the file that cannot be read or does not fit. */
  readonly read: () => Promise<MaskedPhoto>;
}

/** A set of real photos with one object mask each. */
export interface MaskedPhotos {
  /** In the index's order. */
  readonly entries: readonly MaskedEntry[];
  /** In alphabetical order. */
  readonly categories: readonly string[];
  /** The folder's own name, for the record. */
  readonly source: string;
}

const INDEX = 'index.json';
const LIMIT_BYTES = 64 * 2 ** 20;

const index = z
  .array(z.looseObject({ image: z.string().min(1), mask: z.string().min(1), category: z.string().min(1) }))
  .min(1);

/**
 * Lists a folder's photos with masks: `index.json` in it is a list of `{ image, mask, category }`, paths from the folder;
 * what else an entry says is passed over. A mask is a PNG of the photo's size, 255 where the object is and 0 elsewhere.
 *
 * @param folder its path.
 * @throws WhylightError naming the index and what of it cannot be: an entry that lies outside the folder among it, and a
 * photo that is listed twice.
 */
export function maskedPhotos(folder: string): MaskedPhotos {
  const file = path.join(folder, INDEX);
  const content = parseStrictJson(bytesOf(file), file, 20);
  const checked = index.safeParse(content);
  if (!checked.success) {
    throw new WhylightError(`${file}: ${schemaMistake(index, checked.error, content, 'the index').sentence}`);
  }
  const images = new Set<string>();
  const entries = checked.data.map(({ image, mask, category }): MaskedEntry => {
    if (images.has(image)) throw new WhylightError(`${file}: ${image} is listed twice`);
    images.add(image);
    const [photoFile, maskFile] = [image, mask].map((name) => placeIn(folder, name, file)) as [string, string];
    return { image, mask, category, read: () => readMasked(photoFile, maskFile, category) };
  });
  const categories = [...new Set(entries.map(({ category }) => category))].sort();
  return { entries, categories, source: path.basename(path.resolve(folder)) };
}

function bytesOf(file: string): Uint8Array {
  try {
    return readUpTo(file, LIMIT_BYTES);
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function placeIn(folder: string, name: string, file: string): string {
  if (!path.isAbsolute(name) && !name.split(/[\\/]/).includes('..')) return path.join(folder, name);
  throw new WhylightError(`${file}: ${name} (allowed: paths inside the folder)`);
}

async function readMasked(photoFile: string, maskFile: string, category: string): Promise<MaskedPhoto> {
  const photo = await loadPhoto(photoFile);
  return { photo, mask: await loadMask([maskFile], photo), category };
}

/** What a category of a set is for a network: classes by label or index, `151-268` for all from one index to another. */
export type CategoryClasses = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/**
 * The classes of a network that a set's categories stand for, as indices. A category is the class of its name unless
 * `own` says otherwise; none is guessed: to ImageNet's 118 breeds `dog` is nothing by itself.
 *
 * @param own classes of categories that no class is named after.
 * @throws WhylightError for categories without a class, naming them and what the network has; for classes that it does not
 * have; and for categories of `own` that the set does not have.
 */
export function classesOfCategories(
  network: Pick<Network, 'name' | 'classes'>,
  categories: readonly string[],
  own: CategoryClasses = {},
): ReadonlyMap<string, readonly number[]> {
  const strange = Object.keys(own).find((category) => !categories.includes(category));
  if (strange !== undefined) {
    throw new WhylightError(`the set has no category ${strange} (it has: ${listAllowed(categories)})`);
  }
  const classes = new Map<string, readonly number[]>();
  const nameless: string[] = [];
  for (const category of categories) {
    const indices = Object.hasOwn(own, category)
      ? indicesOf(network, own[category]!)
      : classesByName(network, category);
    if (indices.length === 0) nameless.push(category);
    else classes.set(category, indices);
  }
  if (nameless.length === 0) return classes;
  throw new WhylightError(
    `${network.name} has no class named ${listAllowed(nameless)} (it has: ${listAllowed(network.classes)}); say which of its classes are meant`,
  );
}

/** A class by its name, or none, as indices. @throws WhylightError where several have the name. */
export function classesByName(network: Pick<Network, 'classes'>, category: string): readonly number[] {
  try {
    return [findClass(network, category)];
  } catch (error) {
    if (error instanceof WhylightError && error.message.startsWith('unknown class')) return [];
    throw error;
  }
}

function indicesOf(network: Pick<Network, 'classes'>, classes: CategoryClasses[string]): readonly number[] {
  const indices = [classes].flat().flatMap((one) => {
    const ends = /^(\d+)-(\d+)$/.exec(String(one));
    if (ends === null || network.classes.includes(String(one))) return [findClass(network, one)];
    const [first, last] = [findClass(network, Number(ends[1])), findClass(network, Number(ends[2]))];
    if (last < first) throw new WhylightError(`classes ${one}: the first is above the last`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(indices)];
}

/**
 * What maps of a photo with a mask are measured on. The target is of the classes that its category stands for the one
 * with the highest logit; the mask is the part of the object that the network's crop shows.
 *
 * @param at a look at the same photo.
 * @param classes indices.
 * @throws WhylightError for a look at another photo, and for no class.
 */
export function maskedCase(
  at: Look,
  { photo, mask, category }: MaskedPhoto,
  classes: readonly number[],
  seed: number,
): MeasureCase {
  if (at.photo.sha256 !== photo.sha256)
    throw new WhylightError(`the look is at ${at.photo.source}, not ${photo.source}`);
  if (classes.length === 0) throw new WhylightError(`${category} stands for no class`);
  const targets = classes.map((index) => at.target(index));
  const target = targets.reduce((best, one) => (one.logit > best.logit ? one : best));
  return { look: at, target, mask: maskOnInput(mask, photo, at.input).mask, things: null, seed };
}
