import type { Attribution } from '../explain/attribution';
import { attributionToJson } from '../explain/attribution-file';
import type { Classification } from '../explain/classify';
import type { CropBox } from '../explain/image/sample';
import { seenWords } from '../explain/image/seen';
import { extremesOf } from '../explain/statistics/extremes';
import { describeMap } from '../plots/describe-map';
import type { Figure } from '../plots/figure';
import type { Origin } from './explain-origin';

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
  /** The photo as the person named it. */
  readonly file: string;
  /** How the names of its results begin. */
  readonly name: string;
  readonly classification: Classification;
  /** Where what the network saw lies in the photo. */
  readonly crop: CropBox;
  /** What a person should know of the photo itself. */
  readonly notes: readonly string[];
  readonly maps: readonly Attribution[];
  readonly figures: readonly PhotoFigure[];
  /** sha256 of each file written, by its name. */
  readonly files: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

/** Classes that are shown and written. */
const best = 5;

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
  const { lowest: minimum, highest: maximum } = extremesOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return { minimum, maximum, mean: sum / values.length };
}

/** What `BASE.json` holds: of the same photo, network and options the same bytes, so no time is in it. */
export function resultsOf(photo: ExplainedPhoto) {
  const { file, name, classification, crop, notes, maps, figures, files, origin } = photo;
  const { input } = classification;
  const sees = seenWords(classification.photo, crop);
  const names = mapNames(maps);
  const filesOf = (place: string) =>
    ['png', 'npy'].map((kind) => `${name}.${place}.${kind}`).filter((one) => one in files);
  return {
    photo: { file, ...classification.photo, ...(notes.length > 0 && { notes }) },
    network: classification.network,
    /** What the network saw of the photo, in photo px, and its own input size. */
    input: { height: input.height, width: input.width, sha256: input.sha256, crop, ...(sees !== null && { sees }) },
    classes: classification.classes.slice(0, best),
    maps: maps.map((map, i) => {
      const { photo: _, network: __, input: ___, crop: ____, elapsedMs: _____, ...own } = attributionToJson(map);
      return { ...own, range: summary(map.values), alt: describeMap(map), files: filesOf(names[i]!) };
    }),
    pictures: figures.map(({ place, figure: { alt, caption }, about }) => ({
      ...about,
      place,
      alt,
      caption,
      files: filesOf(place),
    })),
    files,
    origin,
  };
}

export type PhotoResults = ReturnType<typeof resultsOf>;

/** JSON for people and programs: lists of numbers on one line. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, numbers: string) => {
    return `[${numbers.replace(/\s+/g, ' ')}]`;
  });
}
