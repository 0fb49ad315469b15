import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { drawScene, type Scene } from '../scenes/scene';
import type { SceneSpec } from '../scenes/spec';
import { besidePerson, competingScene, instancesScene, onWhite, singleScene } from '../scenes/study-scenes';
import type { StudyPhoto } from './figures/entry';

/** A study's picture, and the truth about it where it was drawn. */
export interface StudyPicture {
  readonly photo: ImageSample;
  readonly scene: Scene | null;
}

/**
 * Draws or loads a study's photo; files are looked for in the folders in turn.
 * @throws WhylightError for a file that is in none of them, or a scene without what it needs.
 */
export async function studyPhoto(photo: StudyPhoto, folders: readonly string[]): Promise<StudyPicture> {
  if ('file' in photo) {
    const place = whereLies(photo.file, folders);
    if (place === undefined) throw noPhoto([photo.file], folders);
    return { photo: await loadPhoto(place), scene: null };
  }
  const scene = drawScene(sceneOf(photo));
  return { photo: scene.image, scene };
}

/**
 * Looks whether every photo file of a study is there, before anything is computed.
 * @throws WhylightError naming all that are not.
 */
export function requirePhotos(
  photos: readonly StudyPhoto[],
  others: readonly string[],
  folders: readonly string[],
): void {
  const files = new Set([...photos.flatMap((photo) => ('file' in photo ? [photo.file] : [])), ...others]);
  const missing = [...files].filter((file) => whereLies(file, folders) === undefined);
  if (missing.length > 0) throw noPhoto(missing, folders);
}

/** A study's file in the first of the folders that holds it. */
export const whereLies = (file: string, folders: readonly string[]) =>
  folders.map((folder) => path.resolve(folder, file)).find((place) => existsSync(place));

const noPhoto = (files: readonly string[], folders: readonly string[]) =>
  new WhylightError(
    `no photo ${files.join(', ')} in ${folders.join(', ')} (name the folder with --photos DIR, or other files in the study)`,
  );

function sceneOf(photo: Exclude<StudyPhoto, { file: string }>): SceneSpec {
  const { kind, seed, background, set } = photo;
  const options = { seed, background, set };
  switch (photo.scene) {
    case 'single':
      return singleScene(kind, options);
    case 'competing':
      if (photo.rival === undefined) throw new WhylightError('a competing scene needs a rival (dog, wolf, bee or ant)');
      return competingScene([kind, photo.rival], options);
    case 'instances':
      return instancesScene(kind, photo.count ?? 3, options);
    case 'on-white':
      return onWhite(kind, { seed, set });
    case 'beside-person':
      if (kind !== 'dog' && kind !== 'wolf')
        throw new WhylightError(`beside a person stands a dog or a wolf, not: ${kind}`);
      return besidePerson(kind, options);
  }
}
