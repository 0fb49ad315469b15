import { maskOnInput } from '../explain/measures/input-mask';
import type { Network } from '../explain/network/network';
import { findClass } from '../explain/target';
import type { EvaluationPhoto } from './evaluation-photo';
import { type CategoryClasses, classesOfCategories, maskedPhotos } from './masked-photos';

/**
 * The photos of a folder with an `index.json`, with their masks. Which classes a category stands for is what `own` says, or
 * the class of its name; of a network without either it is not known which answers are right.
 *
 * @throws WhylightError for what `maskedPhotos` and `classesOfCategories` refuse.
 */
export async function evaluationMasked(
  folder: string,
  networks: readonly Network[],
  own: CategoryClasses = {},
): Promise<EvaluationPhoto[]> {
  const { entries, categories } = maskedPhotos(folder);
  const classes = new Map(
    networks.map((network) => {
      const matched = categories.filter((category) => Object.hasOwn(own, category) || hasClass(network, category));
      return [network.name, classesOfCategories(network, matched, own)] as const;
    }),
  );
  const photos: EvaluationPhoto[] = [];
  for (const { image, read } of entries) {
    const { photo, mask, category } = await read();
    photos.push({
      name: image.replace(/\.[^./]+$/, ''),
      photo,
      label: category,
      classes: (network) => classes.get(network.name)?.get(category) ?? null,
      mask: (input) => maskOnInput(mask, photo, input).mask,
      things: async () => null,
      key: ['mask', category],
    });
  }
  return photos;
}

function hasClass(network: Network, category: string): boolean {
  try {
    findClass(network, category);
    return true;
  } catch {
    return false;
  }
}
