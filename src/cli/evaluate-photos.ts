import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { evaluationMasked } from '../analyses/evaluation-masked';
import type { EvaluationPhoto } from '../analyses/evaluation-photo';
import { evaluationScenes, scenePhotos } from '../analyses/evaluation-scenes';
import type { CategoryClasses } from '../analyses/masked-photos';
import { knownAnimals } from '../analyses/rival-scenes';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { maskOnInput } from '../explain/measures/input-mask';
import type { Network } from '../explain/network/network';
import { readSpecs } from '../scenes/read-specs';
import { type OpenOptions, openPhotos } from './object-photos';
import { findPhotos } from './photos';

/** Which photos a person wants. */
export interface PhotosRequest {
  readonly data: string;
  readonly masks?: string;
  readonly classes?: CategoryClasses;
  readonly scenes?: number;
  readonly seed: number;
  readonly out?: string;
}

/** Drawn scenes, a folder of them, photos with masks, or photos. */
export async function photosOf(
  request: PhotosRequest,
  networks: readonly Network[],
  usual: number,
  run: OpenOptions,
): Promise<readonly EvaluationPhoto[]> {
  const { data, masks, classes, seed, scenes, out } = request;
  if (data === 'scenes' && existsSync(data) && statSync(data).isDirectory()) {
    throw new WhylightError('--data scenes is drawn scenes and a folder here (for the folder say ./scenes)');
  }
  if (masks !== undefined) return photosWithMasks(request, run);
  const holds = (name: string) => data !== 'scenes' && existsSync(path.join(data, name));
  if (classes !== undefined && !holds('index.json')) {
    throw new WhylightError('--classes is for photos with an index.json, whose categories it names');
  }
  if (data === 'scenes') return evaluationScenes({ scenes: scenes ?? usual, seed, classes: commonAnimals(networks) });
  if (scenes !== undefined) throw new WhylightError('--scenes is for drawn scenes; a folder is evaluated whole');
  if (holds('specs.jsonl') && holds('index.json')) {
    throw new WhylightError(`${data} holds specs.jsonl and index.json (allowed: one of both)`);
  }
  if (holds('index.json')) return evaluationMasked(data, networks, classes);
  if (!holds('specs.jsonl')) return plainPhotos(data, out ?? null);
  const labelled = await readSpecs(path.join(data, 'specs.jsonl'));
  const digits = Math.max(4, String(labelled.length - 1).length);
  return scenePhotos(labelled, (i) => String(i).padStart(digits, '0'));
}

/** Of which categories it is not known which class of a network is right: a sentence for each network. */
export function unknownLabels(photos: readonly EvaluationPhoto[], networks: readonly Network[]): string[] {
  return networks.flatMap((network) => {
    const labels = photos.flatMap(({ label, classes }) => (label !== null && classes(network) === null ? [label] : []));
    if (labels.length === 0) return [];
    const words = [...new Set(labels)].join(', ');
    return [`which classes of ${network.name} are right for ${words} is not known (--classes ${labels[0]}=…)`];
  });
}

/** Photos of which it is known where their objects are. */
async function photosWithMasks(
  { data, masks, classes, scenes, out }: PhotosRequest,
  run: OpenOptions,
): Promise<readonly EvaluationPhoto[]> {
  if (data === 'scenes' || scenes !== undefined || classes !== undefined) {
    throw new WhylightError('--masks is for a folder of photos (--data DIR), without --scenes and --classes');
  }
  const photos = await openPhotos({ photos: [data], masks, out: out ?? null }, run);
  return photos.map(({ name, photo, mask }) => ({
    ...unknownPhoto(name, photo),
    mask: (input) => mask && maskOnInput(mask, photo, input).mask,
    key: mask && ['mask', createHash('sha256').update(mask).digest('hex')],
  }));
}

/** A photo of which nothing is known. */
const unknownPhoto = (name: string, photo: ImageSample): EvaluationPhoto => ({
  name,
  photo,
  label: null,
  classes: () => null,
  mask: () => null,
  things: async () => null,
  key: null,
});

/** Photos of which nothing is known. */
async function plainPhotos(folder: string, out: string | null): Promise<EvaluationPhoto[]> {
  const photos: EvaluationPhoto[] = [];
  for (const { file, base } of await findPhotos([folder], out)) {
    photos.push(unknownPhoto(base, await loadPhoto(file)));
  }
  return photos;
}

/** The drawn animals that all networks know. */
function commonAnimals(networks: readonly Network[]) {
  const classes = knownAnimals(networks[0]!);
  const other = networks.find((network) => knownAnimals(network).join() !== classes.join());
  if (other !== undefined || classes.length === 0) {
    const names = (other ?? networks[0]!).classes.slice(0, 4).join(', ');
    throw new WhylightError(
      `drawn scenes are for networks of the same drawn animals, and ${(other ?? networks[0]!).name} has ${names} (say --data)`,
    );
  }
  return classes;
}
