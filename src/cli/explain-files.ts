import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import { attributionToJson } from '../explain/attribution-file';
import type { Classification } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import type { CropBox, ImageSample } from '../explain/image/sample';
import { seenWords } from '../explain/image/seen';
import { encodeNpy } from '../explain/npy';
import { describeMap } from '../plots/describe-map';
import type { Figure } from '../plots/figure';
import type { OverlayLayout } from '../plots/overlay-layouts';
import { overlayPng } from '../plots/overlay-png';
import { pngOf } from './figure-file';

export const formats = ['png', 'npy', 'json'] as const;
export type Format = (typeof formats)[number];

/** A picture beside the overlays: of the network itself, or of several maps. */
export interface PhotoFigure {
  /** What its files are called behind the photo's name: `feature-maps`, `occlusion.grid`. */
  readonly place: string;
  readonly figure: Figure;
  /** The numbers behind it, where no map holds them. */
  readonly raw: { readonly values: Float32Array; readonly shape: readonly number[] } | null;
  /** What `BASE.json` says of it beside its words. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** All that was found out about one photo. */
export interface ExplainedPhoto {
  readonly file: string;
  readonly base: string;
  readonly classification: Classification;
  /** The whole photo. */
  readonly sample: ImageSample;
  /** Where what the network saw lies in the photo. */
  readonly crop: CropBox;
  readonly maps: readonly Attribution[];
  readonly figures: readonly PhotoFigure[];
  /** Of the overlays. Default full. */
  readonly overlay?: OverlayLayout;
}

/** Classes that are shown and written. */
const best = 5;

/** The best classes of a photo. */
export const bestClasses = ({ classification }: ExplainedPhoto) => classification.classes.slice(0, best);

/** A label as a part of a file name: its first name, small letters, digits and hyphens. */
export function slug(label: string): string {
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
 * `METHOD` for each map, and `METHOD.TARGET` where a method explains several targets;
 * targets whose short names are equal carry their class index.
 */
export function mapNames(maps: readonly Attribution[]): string[] {
  const several = new Set(maps.map((map) => map.target.label + map.target.index)).size > 1;
  const plain = maps.map((map) => `${map.method}${several ? `.${slug(map.target.label)}` : ''}`);
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
export function toJson(photo: ExplainedPhoto, outputs: readonly Format[]) {
  const { file, base, classification, crop, maps, figures } = photo;
  const { input } = classification;
  const sees = seenWords(classification.photo, crop);
  const names = mapNames(maps);
  const filesOf = (place: string, kinds: readonly Format[]) =>
    kinds.filter((kind) => outputs.includes(kind)).map((kind) => `${base}.${place}.${kind}`);
  return {
    photo: { file, ...classification.photo },
    network: classification.network,
    /** What the network saw of the photo, in photo px, and its own input size. */
    input: { height: input.height, width: input.width, sha256: input.sha256, crop, ...(sees !== null && { sees }) },
    classes: bestClasses(photo),
    maps: maps.map((map, i) => {
      const { photo: _photo, network: _network, input: _input, crop: _crop, ...own } = attributionToJson(map);
      return { ...own, range: summary(map.values), alt: describeMap(map), files: filesOf(names[i]!, ['png', 'npy']) };
    }),
    pictures: figures.map(({ place, figure: { alt, caption }, raw, about }) => ({
      ...about,
      alt,
      caption,
      files: filesOf(place, raw === null ? ['png'] : ['png', 'npy']),
    })),
  };
}

/** JSON for people and programs: lists of numbers on one line. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, numbers: string) => {
    return `[${numbers.replace(/\s+/g, ' ')}]`;
  });
}

/** One file, and how its content is made. */
interface Planned {
  readonly name: string;
  readonly format: Format;
  readonly content: () => string | Uint8Array | Promise<Uint8Array>;
}

/** Every file of a photo; the JSON that names the others is the last. */
function plan(photo: ExplainedPhoto, outputs: readonly Format[]): readonly Planned[] {
  const { base, maps, figures } = photo;
  const names = mapNames(maps);
  const all: readonly Planned[] = [
    ...maps.flatMap((map, i): Planned[] => [
      {
        name: `${base}.${names[i]}.png`,
        format: 'png',
        content: () => overlayPng(map, { photo: photo.sample, layout: photo.overlay }),
      },
      {
        name: `${base}.${names[i]}.npy`,
        format: 'npy',
        content: () => encodeNpy(map.values, [map.height, map.width]),
      },
    ]),
    ...figures.flatMap(({ place, figure, raw }): Planned[] => [
      { name: `${base}.${place}.png`, format: 'png', content: () => pngOf(figure) },
      ...(raw === null
        ? []
        : [{ name: `${base}.${place}.npy`, format: 'npy', content: () => encodeNpy(raw.values, raw.shape) } as const]),
    ]),
    { name: `${base}.json`, format: 'json', content: () => `${formatJson(toJson(photo, outputs))}\n` },
  ];
  return all.filter(({ format }) => outputs.includes(format));
}

/** Paths that {@link writeFiles} would write. */
function plannedFiles(photo: ExplainedPhoto, folder: string, outputs: readonly Format[]): string[] {
  return plan(photo, outputs).map(({ name }) => path.join(folder, name));
}

/**
 * Writes a photo's results, each file whole: pictures, raw maps, and last the JSON that names them.
 * @param inputs absolute paths of the run's photos, which are never overwritten
 * @returns the paths written
 * @throws WhylightError where a file cannot be written or would replace a photo
 */
export async function writeFiles(
  photo: ExplainedPhoto,
  folder: string,
  outputs: readonly Format[],
  inputs: ReadonlySet<string>,
): Promise<string[]> {
  const replaced = plannedFiles(photo, folder, outputs).find((file) => inputs.has(path.resolve(file)));
  if (replaced !== undefined) {
    throw new WhylightError(`this would replace the photo ${replaced} (choose another folder with --out)`);
  }
  // Everything is made before the first file is written, so that a failure leaves none.
  const files = await Promise.all(
    plan(photo, outputs).map(async ({ name, content }) => ({
      file: path.join(folder, name),
      content: await content(),
    })),
  );
  for (const { file, content } of files) await writeWhole(file, content);
  return files.map(({ file }) => file);
}
