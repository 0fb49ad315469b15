import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import { attributionToJson } from '../explain/attribution-file';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { encodeNpy } from '../explain/npy';
import { overlayPng } from '../plots/overlay-png';

export const formats = ['png', 'npy', 'json'] as const;
export type Format = (typeof formats)[number];

/** One of the best classes of a photo. */
export interface BestClass {
  readonly index: number;
  readonly label: string;
  readonly logit: number;
  readonly probability: number;
}

/** All that was found out about one photo. */
export interface ExplainedPhoto {
  readonly file: string;
  readonly base: string;
  readonly classes: readonly BestClass[];
  /** At least one, all of one photo and network. */
  readonly maps: readonly Attribution[];
}

/** A label as a part of a file name: its first name, small letters, digits and hyphens. */
function slug(label: string): string {
  const words = label
    .split(',')[0]!
    .toLowerCase()
    .replace('−', ' minus ')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return words || 'target';
}

/**
 * `BASE.METHOD` for each map, and `BASE.METHOD.TARGET` where a method explains several targets;
 * targets whose short names are equal carry their class index.
 */
export function mapNames({ base, maps }: Pick<ExplainedPhoto, 'base' | 'maps'>): string[] {
  const several = new Set(maps.map((map) => map.target.label + map.target.index)).size > 1;
  const plain = maps.map((map) => `${base}.${map.method}${several ? `.${slug(map.target.label)}` : ''}`);
  return plain.map((name, i) => {
    if (plain.filter((other) => other === name).length === 1) return name;
    return `${name}-${maps[i]!.target.index ?? i}`;
  });
}

/** The numbers of a map that a person looks for first. */
function summary(values: Float32Array) {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  return { minimum, maximum, mean: sum / values.length };
}

/** The content of `BASE.json`. */
export function toJson(photo: ExplainedPhoto, written: readonly Format[]) {
  const { file, classes, maps } = photo;
  const first = maps[0]!;
  const names = mapNames(photo);
  return {
    photo: { file, ...first.photo },
    network: first.network,
    /** What the network saw of the photo, in photo px, and its own input size. */
    input: { height: first.height, width: first.width, sha256: first.input.sha256, crop: first.crop },
    classes,
    maps: maps.map((map, i) => {
      const { photo: _photo, network: _network, input: _input, crop: _crop, ...own } = attributionToJson(map);
      const files = written.filter((format) => format !== 'json').map((format) => `${names[i]}.${format}`);
      return { ...own, range: summary(map.values), files };
    }),
  };
}

/** JSON for people and programs: lists of numbers on one line. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, numbers: string) => {
    return `[${numbers.replace(/\s+/g, ' ')}]`;
  });
}

/** Paths that {@link writeFiles} would write. */
export function plannedFiles(photo: ExplainedPhoto, folder: string, written: readonly Format[]): string[] {
  const perMap = mapNames(photo).flatMap((name) =>
    written.filter((format) => format !== 'json').map((format) => `${name}.${format}`),
  );
  return [...perMap, ...(written.includes('json') ? [`${photo.base}.json`] : [])].map((name) =>
    path.join(folder, name),
  );
}

/**
 * Writes a photo's results, each file whole: overlays, raw maps, and last the JSON that names them.
 * @param inputs absolute paths of the run's photos, which are never overwritten
 * @returns the paths written
 * @throws WhylightError where a file cannot be written or would replace a photo
 */
export async function writeFiles(
  photo: ExplainedPhoto,
  folder: string,
  written: readonly Format[],
  inputs: ReadonlySet<string>,
): Promise<string[]> {
  const planned = plannedFiles(photo, folder, written);
  const replaced = planned.find((file) => inputs.has(path.resolve(file)));
  if (replaced !== undefined) {
    throw new WhylightError(`this would replace the photo ${replaced} (choose another folder with --out)`);
  }
  const names = mapNames(photo);
  // Everything is drawn before the first file is written, so that a failure leaves none.
  const pictures = written.includes('png') ? photo.maps.map((map) => overlayPng(map)) : [];
  for (const [i, map] of photo.maps.entries()) {
    const place = path.join(folder, names[i]!);
    if (pictures[i]) await writeWhole(`${place}.png`, pictures[i]);
    if (written.includes('npy')) await writeWhole(`${place}.npy`, encodeNpy(map.values, [map.height, map.width]));
  }
  if (written.includes('json')) {
    await writeWhole(path.join(folder, `${photo.base}.json`), `${formatJson(toJson(photo, written))}\n`);
  }
  return planned;
}
