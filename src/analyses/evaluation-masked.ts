import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ImageSample } from '../explain/image/sample';
import { maskOnInput } from '../explain/measures/input-mask';
import type { Network } from '../explain/network/network';
import type { EvaluationPhoto } from './evaluation-photo';
import { type CategoryClasses, classesByName, classesOfCategories, maskedPhotos } from './masked-photos';
import type { ObjectPhoto } from './photo-subjects';

/**
 * The photos of a folder with an `index.json`, with their masks. Which classes a category stands for is what `own` says, or
 * the class of its name; of a network without either it is not known which answers are right.
 *
 * @param change what is shown instead of a photo: of its size, with the object in its place.
 * @throws WhylightError for what `maskedPhotos` and `classesOfCategories` refuse.
 */
export async function evaluationMasked(
  folder: string,
  networks: readonly Network[],
  own: CategoryClasses = {},
  change: (one: ObjectPhoto) => ImageSample = ({ photo }) => photo,
): Promise<EvaluationPhoto[]> {
  const { entries, categories } = maskedPhotos(folder);
  const classes = new Map(
    networks.map((network) => {
      const matched = categories.filter(
        (category) => Object.hasOwn(own, category) || classesByName(network, category).length > 0,
      );
      return [network.name, classesOfCategories(network, matched, own)] as const;
    }),
  );
  const names = namesOf(entries.map(({ image }) => image));
  const photos: EvaluationPhoto[] = [];
  for (const [i, { read }] of entries.entries()) {
    const { photo, mask, category } = await read();
    photos.push({
      name: names[i]!,
      photo: change({ name: names[i]!, photo, mask }),
      label: category,
      classes: (network) => classes.get(network.name)?.get(category) ?? null,
      mask: (input) => maskOnInput(mask, photo, input).mask,
      things: async () => null,
      key: ['mask', createHash('sha256').update(mask).digest('hex'), category],
    });
  }
  return photos;
}

/** The files' names without endings; where two would be equal, with their folders before them. */
function namesOf(images: readonly string[]): string[] {
  const whole = images.map((image) => image.replace(/\.[^./]+$/, ''));
  const short = whole.map((name) => path.posix.basename(name));
  return new Set(short).size === short.length ? short : whole.map((name) => name.replaceAll('/', '-'));
}
