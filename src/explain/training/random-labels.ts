import { seededRandom, shuffled } from '../random';
import type { LabelledPhotos } from './labelled-photos';

/** Where the labels of the photos that a network learns from come from. */
export type LabelSource = 'folders' | 'random';

/**
 * A data set in which the labels of some photos are shuffled among these (Adebayo et al. 2018): each class stays as frequent,
 * and nothing in a photo says its label. Half of two classes' photos keep theirs by chance.
 */
export function withRandomLabels(data: LabelledPhotos, photos: readonly number[], seed: number): LabelledPhotos {
  const labels = shuffled(
    photos.map((photo) => data.photos[photo]!.label),
    seededRandom(seed + 1),
  );
  const random = new Map(photos.map((photo, i) => [photo, labels[i]!]));
  return { ...data, photos: data.photos.map((photo, i) => ({ ...photo, label: random.get(i) ?? photo.label })) };
}
