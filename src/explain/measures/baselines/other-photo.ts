import { seededRandom } from '../../random';
import { defineBaseline, noOptions } from './define-baseline';

export const otherPhotoBaseline = defineBaseline({
  name: 'other-photo',
  title: 'Map of another photo',
  knows: 'map',
  sentence: 'is the same method’s map of another photo of the set, drawn by lot',
  caution: 'knows the network and not this photo: a map that is no better tells nothing of the photo',
  schema: noOptions,
  values: ({ look, others }, _, seed) => {
    // By the photos' hashes, so that the order in which a set was read decides nothing.
    const rest = (others ?? [])
      .filter(({ photo }) => photo !== look.photo.sha256)
      .sort((a, b) => (a.photo < b.photo ? -1 : 1));
    const other = rest[Math.floor(seededRandom(seed)() * rest.length)];
    return other === undefined ? null : { values: other.map.values, from: other.map };
  },
});
