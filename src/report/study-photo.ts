import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { drawScene } from '../scenes/scene';
import { besidePerson, competingScene, instancesScene, onWhite, singleScene } from '../scenes/study-scenes';
import type { StudyPhoto } from './study';

/**
 * Draws or loads a study's photo; files are looked for in the folders in turn.
 * @throws WhylightError for a file that is in none of them, or a scene without what it needs.
 */
export async function studyPhoto(photo: StudyPhoto, folders: readonly string[]): Promise<ImageSample> {
  if ('file' in photo) {
    const found = folders.map((folder) => path.resolve(folder, photo.file)).find((file) => existsSync(file));
    if (found !== undefined) return loadPhoto(found);
    throw new WhylightError(
      `no photo ${photo.file} in ${folders.join(', ')} (name the folder it lies in with --mirror DIR or WHYLIGHT_MIRROR)`,
    );
  }
  const { kind, seed, background } = photo;
  const options = { seed, ...(background === undefined ? {} : { background }) };
  switch (photo.scene) {
    case 'single':
      return drawScene(singleScene(kind, options)).image;
    case 'competing':
      if (photo.rival === undefined) throw new WhylightError('a competing scene needs a rival (dog, wolf, bee or ant)');
      return drawScene(competingScene([kind, photo.rival], options)).image;
    case 'instances':
      return drawScene(instancesScene(kind, photo.count ?? 3, options)).image;
    case 'on-white':
      return drawScene(onWhite(kind, { seed })).image;
    case 'beside-person':
      if (kind !== 'dog' && kind !== 'wolf')
        throw new WhylightError(`beside a person stands a dog or a wolf, not: ${kind}`);
      return drawScene(besidePerson(kind, options)).image;
  }
}
