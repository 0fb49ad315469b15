import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Attribution, OcclusionGrid } from './attribution';
import { WhylightError } from './errors';
import { reasonOf, writeWhole } from './files';
import { loadPhoto } from './image/load-photo';
import { decodeNpy, encodeNpy } from './npy';
import { targetOfFile } from './target';

/** A float32 in JSON: its shortest decimal, or a word where JSON has none (`NaN`, `Infinity`, `-0`). */
type JsonNumber = number | string;

/** An attribution without its pixel arrays: the `.json` beside the `.npy`. */
export interface AttributionJson extends Omit<Attribution, 'values' | 'input' | 'coarse' | 'grid'> {
  readonly input: { readonly source: string; readonly sha256: string; readonly width: number; readonly height: number };
  readonly coarse: { readonly height: number; readonly width: number; readonly values: readonly JsonNumber[] } | null;
  readonly grid:
    | (Omit<OcclusionGrid, 'probabilities' | 'logits'> & {
        readonly probabilities: readonly JsonNumber[] | null;
        readonly logits: readonly JsonNumber[];
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

const toList = (values: Float32Array): JsonNumber[] => Array.from(values, toJsonNumber);
const fromList = (values: readonly JsonNumber[]): Float32Array => Float32Array.from(values, Number);

/** Everything of an attribution but its H×W arrays: options, target, layer, seed, hashes, time, coarse map and grid. */
export function attributionToJson(attribution: Attribution): AttributionJson {
  const { values: _values, input, coarse, grid, ...rest } = attribution;
  const { pixels: _pixels, ...inputInfo } = input;
  return {
    ...rest,
    input: inputInfo,
    coarse: coarse && { ...coarse, values: toList(coarse.values) },
    grid: grid && {
      ...grid,
      probabilities: grid.probabilities && toList(grid.probabilities),
      logits: toList(grid.logits),
    },
  };
}

/**
 * Writes an attribution without loss: `BASE.json`, the map as `BASE.npy` (float32, H×W) and what the network
 * saw as `BASE.input.png`. The JSON comes last, so that an entry with a JSON is whole.
 * @returns the paths written
 */
export async function saveAttribution(attribution: Attribution, folder: string, base: string): Promise<string[]> {
  const { values, height, width, input } = attribution;
  const place = (ending: string) => path.join(folder, `${base}${ending}`);
  const raw = { width: input.width, height: input.height, channels: 3 } as const;
  const picture = await sharp(input.pixels, { raw }).png().toBuffer();
  await writeWhole(place('.npy'), encodeNpy(values, [height, width]));
  await writeWhole(place('.input.png'), picture);
  await writeWhole(place('.json'), `${JSON.stringify(attributionToJson(attribution), null, 1)}\n`);
  return [place('.json'), place('.npy'), place('.input.png')];
}

/**
 * Reads what {@link saveAttribution} wrote: an equal attribution.
 * @throws WhylightError where a file is missing, damaged, or does not belong to the others.
 */
export async function loadAttribution(folder: string, base: string): Promise<Attribution> {
  const place = (ending: string) => path.join(folder, `${base}${ending}`);
  const read = (ending: string) =>
    readFile(place(ending)).catch((error) => {
      throw new WhylightError(`cannot read ${place(ending)}: ${reasonOf(error)}`, { cause: error });
    });
  let json: AttributionJson;
  try {
    json = JSON.parse((await read('.json')).toString()) as AttributionJson;
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read ${place('.json')}: it is not JSON`, { cause: error });
  }
  const map = decodeNpy(await read('.npy'));
  const picture = await loadPhoto(place('.input.png'));
  const sizes = [map.shape, [picture.height, picture.width]].map((shape) => shape.join('×'));
  if (sizes.some((size) => size !== `${json.height}×${json.width}`)) {
    throw new WhylightError(`${place('.json')} says ${json.height}×${json.width}; its map and input are ${sizes}`);
  }
  return {
    ...json,
    target: targetOfFile(json.target),
    values: map.values,
    input: { ...json.input, pixels: picture.pixels },
    coarse: json.coarse && { ...json.coarse, values: fromList(json.coarse.values) },
    grid: json.grid && {
      ...json.grid,
      probabilities: json.grid.probabilities && fromList(json.grid.probabilities),
      logits: fromList(json.grid.logits),
    },
  };
}
