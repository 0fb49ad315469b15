import { createHash } from 'node:crypto';
import path from 'node:path';
import sharp from 'sharp';
import type { Attribution, OcclusionGrid } from './attribution';
import { checkAttributionJson } from './attribution-schema';
import { WhylightError } from './errors';
import { readUpTo, reasonOf, writeWhole } from './files';
import { loadPhoto } from './image/load-photo';
import { parseStrictJson } from './network/weights/strict-json';
import { decodeNpy, encodeNpy } from './npy';
import { targetOfFile } from './target';

/** A float32 in JSON: its shortest decimal, or a word where JSON has none (`NaN`, `Infinity`, `-0`). */
type JsonNumber = number | string;

/** An attribution without its pixel arrays: the `.json` beside the `.npy`. */
export interface AttributionJson extends Omit<Attribution, 'values' | 'errors' | 'input' | 'coarse' | 'grid'> {
  readonly input: { readonly source: string; readonly sha256: string; readonly width: number; readonly height: number };
  readonly coarse: { readonly height: number; readonly width: number; readonly values: readonly JsonNumber[] } | null;
  readonly grid:
    | (Omit<OcclusionGrid, 'probabilities' | 'logits' | 'best'> & {
        readonly probabilities: readonly JsonNumber[] | null;
        readonly logits: readonly JsonNumber[];
        readonly best?: OcclusionGrid['best'];
      })
    | null;
}

function toJsonNumber(value: number): JsonNumber {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

const shorter = (value: number | null) => (value === null ? null : Number(toJsonNumber(value)));
const toList = (values: Float32Array): JsonNumber[] => Array.from(values, toJsonNumber);
const fromList = (values: readonly JsonNumber[]): Float32Array => Float32Array.from(values, Number);

/** Everything of an attribution but its H×W arrays: options, target, layer, seed, hashes, time, coarse map and grid. */
export function attributionToJson(attribution: Attribution): AttributionJson {
  const { values: _values, errors: _errors, input, coarse, grid, ...rest } = attribution;
  const { pixels: _pixels, ...inputInfo } = input;
  return {
    ...rest,
    input: inputInfo,
    coarse: coarse && { ...coarse, values: toList(coarse.values) },
    grid: grid && {
      ...grid,
      probabilities: grid.probabilities && toList(grid.probabilities),
      logits: toList(grid.logits),
      best: grid.best && { ...grid.best, probabilities: grid.best.probabilities.map(shorter) },
    },
  };
}

/** The longest file of an attribution, and how far lists and keys may lie in one another. */
const BYTES = 2 ** 28;
const LEVELS = 12;

/** How a JSON begins that has the checksum of all its bytes behind it, the hashes of the other two files among them. */
const head = '{\n "checksum": "';
const unchecked = 'read from files without a checksum: whether they were altered is not known';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/**
 * Writes an attribution without loss: `BASE.json`, the map as `BASE.npy` (float32, H×W), what the network
 * saw as `BASE.input.png`, and the standard errors of a map that has them as `BASE.errors.npy`. The JSON comes last, so
 * that an entry with a JSON is whole; its `checksum` is of all its other bytes, and `files` in it has the sha256 of the others.
 * @returns the paths written
 */
export async function saveAttribution(attribution: Attribution, folder: string, base: string): Promise<string[]> {
  const { values, errors, height, width, input } = attribution;
  const place = (ending: string) => path.join(folder, `${base}${ending}`);
  const raw = { width: input.width, height: input.height, channels: 3 } as const;
  const map = encodeNpy(values, [height, width]);
  const picture = await sharp(input.pixels, { raw }).png().toBuffer();
  const spread = errors && encodeNpy(errors, [height, width]);
  const files = {
    '.npy': sha256(map),
    '.input.png': sha256(picture),
    ...(spread && { '.errors.npy': sha256(spread) }),
  };
  const json = { files, ...attributionToJson(attribution) };
  const rest = `",${JSON.stringify(json, null, 1).slice(1)}\n`;
  await writeWhole(place('.npy'), map);
  await writeWhole(place('.input.png'), picture);
  if (spread) await writeWhole(place('.errors.npy'), spread);
  await writeWhole(place('.json'), `${head}${sha256(rest)}${rest}`);
  return [place('.json'), ...Object.keys(files).map(place)];
}

type Ending = '.npy' | '.input.png' | '.errors.npy';

interface Files extends AttributionJson {
  readonly checksum?: string;
  readonly files?: Readonly<Partial<Record<Ending, string>>>;
}

/** Whether a JSON's bytes are those that were written; null where it is of a version that wrote no checksum. */
function isUnaltered(text: Buffer, json: Files): boolean | null {
  const rest = text.subarray(head.length + 64);
  if (text.toString('latin1', 0, head.length) === head) return json.checksum === sha256(rest);
  // One that begins with a hash by another name had a checksum.
  return /^[0-9a-f]{64}$/.test(String(Object.values(json)[0])) ? false : null;
}

/**
 * Reads what {@link saveAttribution} wrote: an equal attribution. Files of earlier versions have no checksum; their
 * attribution gets a note that says so.
 * @throws WhylightError where a file is missing, damaged, altered, or does not belong to the others.
 */
export async function loadAttribution(folder: string, base: string): Promise<Attribution> {
  const place = (ending: string) => path.join(folder, `${base}${ending}`);
  const read = (ending: string) => {
    try {
      return readUpTo(place(ending), BYTES);
    } catch (error) {
      throw new WhylightError(`cannot read ${place(ending)}: ${reasonOf(error)}`, { cause: error });
    }
  };
  const altered = (ending: string) =>
    new WhylightError(`${place(ending)} was altered or damaged after it was written: its checksum does not fit`);
  const text = read('.json');
  const file = parseStrictJson(text, place('.json'), LEVELS) as Files;
  if (file === null || typeof file !== 'object' || !Array.isArray(file.notes)) {
    throw new WhylightError(`cannot read ${place('.json')}: it is not JSON of an attribution`);
  }
  const unaltered = isUnaltered(text, file);
  if (unaltered === false) throw altered('.json');
  checkAttributionJson(file, place('.json'));
  const { checksum: _, files, ...json } = file;
  const checked = (ending: Ending) => {
    const bytes = read(ending);
    if (files?.[ending] !== undefined && sha256(bytes) !== files[ending]) throw altered(ending);
    return bytes;
  };
  const map = decodeNpy(checked('.npy'));
  const errors = files?.['.errors.npy'] === undefined ? undefined : decodeNpy(checked('.errors.npy'));
  const picture = await loadPhoto(checked('.input.png'), { source: place('.input.png') });
  const sizes = [map.shape, [picture.height, picture.width], errors?.shape ?? map.shape].map((shape) =>
    shape.join('×'),
  );
  if (sizes.some((size) => size !== `${json.height}×${json.width}`)) {
    throw new WhylightError(
      `${place('.json')} says ${json.height}×${json.width}; its map, input and standard errors are ${sizes}`,
    );
  }
  return {
    ...json,
    // Files written before these were kept have the method's name alone.
    title: json.title ?? json.method,
    unit: json.unit ?? 'value',
    target: targetOfFile(json.target),
    values: map.values,
    ...(errors && { errors: errors.values }),
    input: { ...json.input, pixels: picture.pixels },
    coarse: json.coarse && { ...json.coarse, values: fromList(json.coarse.values) },
    grid: json.grid && {
      ...json.grid,
      probabilities: json.grid.probabilities && fromList(json.grid.probabilities),
      logits: fromList(json.grid.logits),
      best: json.grid.best
        ? { ...json.grid.best, probabilities: json.grid.best.probabilities.map((value) => value && Math.fround(value)) }
        : null,
    },
    notes: unaltered === null ? [...json.notes, unchecked] : json.notes,
  };
}
