import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { evaluationMasked } from '../analyses/evaluation-masked';
import type { EvaluationPhoto } from '../analyses/evaluation-photo';
import { evaluationScenes, scenePhotos } from '../analyses/evaluation-scenes';
import type { CategoryClasses } from '../analyses/masked-photos';
import { beforeAny, drawnBackgrounds, type ObjectPhoto } from '../analyses/photo-subjects';
import { knownAnimals } from '../analyses/rival-scenes';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { maskOnInput } from '../explain/measures/input-mask';
import type { Network } from '../explain/network/network';
import { Random } from '../scenes/random';
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
  /** What the objects of photos with masks are set before. Default: what they stand before. */
  readonly backgrounds?: 'drawn';
}

/** Drawn scenes, a folder of them, photos with masks, or photos. */
export async function photosOf(
  request: PhotosRequest,
  networks: readonly Network[],
  usual: number,
  run: OpenOptions,
): Promise<readonly EvaluationPhoto[]> {
  const { data, masks, classes, seed, scenes, out, backgrounds } = request;
  if (data === 'scenes' && existsSync(data) && statSync(data).isDirectory()) {
    throw new WhylightError('--data scenes is drawn scenes and a folder here (for the folder say ./scenes)');
  }
  if (masks !== undefined) return photosWithMasks(request, run);
  const holds = (name: string) => data !== 'scenes' && existsSync(path.join(data, name));
  if (classes !== undefined && !holds('index.json')) {
    throw new WhylightError('--classes is for photos with an index.json, whose categories it names');
  }
  if (backgrounds !== undefined && !holds('index.json')) {
    throw new WhylightError('--backgrounds is for photos with masks (an index.json, or --masks DIR)');
  }
  if (data === 'scenes') return evaluationScenes({ scenes: scenes ?? usual, seed, classes: commonAnimals(networks) });
  if (scenes !== undefined) throw new WhylightError('--scenes is for drawn scenes; a folder is evaluated whole');
  if (holds('specs.jsonl') && holds('index.json')) {
    throw new WhylightError(`${data} holds specs.jsonl and index.json (allowed: one of both)`);
  }
  if (holds('index.json')) return evaluationMasked(data, networks, classes, changeOf(request));
  if (!holds('specs.jsonl')) return plainPhotos(data, out ?? null);
  const labelled = await readSpecs(path.join(data, 'specs.jsonl'));
  const digits = Math.max(4, String(labelled.length - 1).length);
  return scenePhotos(labelled, (i) => String(i).padStart(digits, '0'));
}

/** What is shown instead of a photo: its object before a background drawn by lot, or the photo. */
function changeOf({ backgrounds, seed }: PhotosRequest): (one: ObjectPhoto) => ImageSample {
  if (backgrounds === undefined) return ({ photo }) => photo;
  const [pictures, random] = [drawnBackgrounds(seed), new Random(seed)];
  return (one) => beforeAny(one, pictures, random);
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

/**
 * The photos whose right class every network has, and what is said of the others; with the target `answer` all.
 * @throws WhylightError where no photo is left.
 */
export function withLabels(
  photos: readonly EvaluationPhoto[],
  networks: readonly Network[],
  target: 'answer' | 'label',
): { readonly fit: readonly EvaluationPhoto[]; readonly omissions: readonly string[] } {
  if (target === 'answer') return { fit: photos, omissions: [] };
  const isKnown = ({ classes }: EvaluationPhoto) => networks.every((network) => classes(network) !== null);
  const [fit, rest] = [photos.filter(isKnown), photos.filter((one) => !isKnown(one))];
  if (fit.length === 0) throw new WhylightError('--target label: of no photo it is known which class is right');
  const without = `${rest.length} of ${photos.length} photos are left out, whose right class is not known (--target label)`;
  return { fit, omissions: rest.length === 0 ? [] : [without] };
}

/** Photos of which it is known where their objects are. */
async function photosWithMasks(request: PhotosRequest, run: OpenOptions): Promise<readonly EvaluationPhoto[]> {
  const { data, masks, classes, scenes, out, backgrounds } = request;
  if (data === 'scenes' || scenes !== undefined || classes !== undefined) {
    throw new WhylightError('--masks is for a folder of photos (--data DIR), without --scenes and --classes');
  }
  const photos = await openPhotos({ photos: [data], masks, out: out ?? null }, run);
  const change = changeOf(request);
  const bare = photos.find(({ mask }) => mask === null);
  if (backgrounds !== undefined && bare !== undefined) {
    throw new WhylightError(`--backgrounds sets objects before other backgrounds, and ${bare.name} has no mask`);
  }
  return photos.map(({ name, photo, mask }) => ({
    ...unknownPhoto(name, mask === null ? photo : change({ name, photo, mask })),
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
