import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { backgroundBias } from '../analyses/background-bias';
import { type BackgroundFlips, backgroundFlips } from '../analyses/background-flips';
import { photoSubjects } from '../analyses/photo-subjects';
import { sceneSubjects } from '../analyses/scene-subjects';
import { type SegmentFill, type SegmentFlips, segmentFlips } from '../analyses/segment-flips';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { findChromium } from '../page/find-chromium';
import type { Figure } from '../plots/figure';
import { openBackgrounds } from './background-photos';
import { describeBias, describeFlips, describeSegments } from './background-text';
import { slug } from './explain-results';
import { pngOf } from './figure-file';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { type OpenPhoto, openPhotos } from './object-photos';
import { sceneSet } from './options';
import { createReporter } from './progress';

/** What a person asked `whylight background` for. */
export interface BackgroundRequest {
  readonly scenes: number;
  readonly maps: number;
  readonly seed: number;
  readonly set: '1' | '2';
  readonly photos?: readonly string[];
  readonly masks?: string;
  readonly backgrounds?: readonly string[];
  readonly each: number;
  readonly objectAlone?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly flips: number;
  readonly segments: number;
  readonly fill: SegmentFill;
  readonly out?: string;
  readonly mirror?: string;
  readonly json?: boolean;
}

/** A figure and the name of its file, null where none is written. */
interface Picture {
  readonly figure: Figure;
  readonly file: string | null;
}

/** What one network did, in words and as JSON. */
interface Part {
  readonly text: string;
  readonly json: object;
}

/** Measures, writes the pictures, and prints what was measured: the work of `whylight background`. */
export async function runBackground(names: readonly string[], request: BackgroundRequest): Promise<void> {
  const { mirror, out, json } = request;
  const chromium = out === undefined ? null : findChromium();
  const folders = out === undefined ? [] : await ensureWritableFolder(out);
  const reporter = createReporter();
  try {
    const parts = await interruptible(async (signal) => {
      const networks: Network[] = [];
      const onNote = noteOnce(reporter);
      const run = { onProgress: reporter.onProgress, signal };
      // Before the networks, which may have to be downloaded first.
      const photos =
        request.photos &&
        (await openPhotos(
          { ...request, photos: request.photos },
          { signal, onNote, without: ': its segments are searched' },
        ));
      for (const name of names) networks.push(await loadNetwork(name, { mirror, signal, onNote }));
      const write = (file: string, figure: Figure) => writePicture(out, chromium, file, figure);
      return photos === undefined
        ? ofScenes(networks, request, write, run)
        : ofPhotos(networks, photos, request, write, { ...run, onNote });
    });
    reporter.stop();
    process.stdout.write(json ? `${JSON.stringify(parts.json, null, 2)}\n` : parts.text);
  } finally {
    reporter.stop();
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  }
}

/** Writes a figure, and says where. */
type Write = (file: string, figure: Figure) => Promise<string | null>;

async function writePicture(
  out: string | undefined,
  chromium: string | null,
  file: string,
  figure: Figure,
): Promise<string | null> {
  if (out === undefined) return null;
  const place = path.join(out, `${file}.png`);
  await writeWhole(place, await pngOf(figure, chromium ?? undefined));
  return place;
}

async function ofScenes(
  networks: readonly Network[],
  request: BackgroundRequest,
  write: Write,
  run: Required<Pick<RunOptions, 'onProgress' | 'signal'>>,
): Promise<Part> {
  const { scenes, maps, seed, from, to, flips, segments } = request;
  const set = sceneSet(request);
  const bias = await backgroundBias(networks, { scenes, maps, seed, set, ...run });
  const parts: Part[] = [];
  for (const network of networks) {
    const subjects = sceneSubjects(network, { scenes: Math.min(scenes, maps), seed, set });
    const result = await backgroundFlips(network, subjects, { from, to, flips, segments, ...run });
    parts.push(await flipsPart(result, 'scene', write));
  }
  const { figures: _, ...numbers } = bias;
  return {
    text: `${describeBias(bias)}\n${parts.map(({ text }) => text).join('\n')}`,
    json: { ...numbers, flips: parts.map(({ json }) => json) },
  };
}

async function ofPhotos(
  networks: readonly Network[],
  photos: readonly OpenPhoto[],
  request: BackgroundRequest,
  write: Write,
  { onNote, ...run }: Required<Pick<RunOptions, 'onProgress' | 'signal'>> & { readonly onNote: (note: string) => void },
): Promise<Part> {
  const { from, to, objectAlone, flips, segments, fill, each, seed, backgrounds = ['photos'] } = request;
  const masked = photos.flatMap(({ mask, ...photo }) => (mask === null ? [] : [{ ...photo, mask }]));
  const bare = photos.filter(({ mask }) => mask === null);
  const pictures =
    masked.length === 0 ? [] : await openBackgrounds({ backgrounds, seed }, masked, { signal: run.signal, onNote });
  const subjects = photoSubjects(masked, pictures, { each, seed });
  const parts: Part[] = [];
  for (const network of networks) {
    if (subjects.length > 0) {
      const result = await backgroundFlips(network, subjects, { from, to, objectAlone, flips, segments, ...run });
      parts.push(await flipsPart(result, 'photo', write));
    }
    if (bare.length > 0) {
      const result = await segmentFlips(network, bare, { from, to, segments, fill, ...run });
      parts.push(await segmentsPart(result, flips, write));
    }
  }
  return { text: parts.map(({ text }) => text).join('\n'), json: parts.map(({ json }) => json) };
}

async function flipsPart(result: BackgroundFlips, unit: 'scene' | 'photo', write: Write): Promise<Part> {
  const pictures: Picture[] = [];
  for (const { subject, background, figure } of result.flips) {
    const name = [result.network, subject, slug(background)].join('.');
    pictures.push({ figure, file: await write(name, figure) });
  }
  const flips = result.flips.map(({ figure: _, ...flip }, i) => ({ ...flip, picture: pictureJson(pictures[i]!) }));
  return { text: describeFlips(result, unit, filesOf(pictures)), json: { by: 'backgrounds', ...result, flips } };
}

async function segmentsPart(result: SegmentFlips, most: number, write: Write): Promise<Part> {
  const pictures: Picture[] = [];
  for (const { subject, figure } of result.flips.slice(0, most)) {
    if (figure !== null) {
      pictures.push({ figure, file: await write([result.network, subject, 'segments'].join('.'), figure) });
    }
  }
  const flips = result.flips.map(({ figure: _, ...flip }, i) => {
    const picture = pictures[i];
    return picture === undefined ? flip : { ...flip, picture: pictureJson(picture) };
  });
  return { text: describeSegments(result, filesOf(pictures)), json: { by: 'segments', ...result, flips } };
}

const filesOf = (pictures: readonly Picture[]) => pictures.flatMap(({ file }) => (file === null ? [] : [file]));

const pictureJson = ({ figure: { alt, caption }, file }: Picture) => ({ alt, caption, ...(file !== null && { file }) });
