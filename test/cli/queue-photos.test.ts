import { expect, test } from 'vitest';
import { photosOfStore } from '../../src/cli/queue-photos';
import { below } from '../../src/cli/queue-places';
import type { Store } from '../../src/queue/store';

/** A store that can only be listed. */
const storeWith = (names: readonly string[]) =>
  ({
    label: 's3://photos',
    list: async function* () {
      yield* names;
    },
  }) as unknown as Store;

async function photosIn(names: readonly string[], out: string | null = null): Promise<string[]> {
  const photos: string[] = [];
  for await (const seen of photosOfStore(storeWith(names), out)) {
    photos.push('photo' in seen ? `${seen.photo.name} ${seen.photo.base}` : `left out ${seen.ending}`);
  }
  return photos;
}

test('the photos of a store are told by their endings, hidden ones and results apart', async () => {
  const names = ['a.jpg', 'alps/a.png', 'alps/b.jpg', 'explained/a.cam.png', 'notes', '.trash/c.jpg', 'alps/.d.jpg'];
  const photos = ['a.jpg a', 'left out no ending', 'alps/a.png alps/a', 'alps/b.jpg alps/b'];
  expect(await photosIn(names)).toEqual([...photos, 'explained/a.cam.png explained/a.cam']);
  expect(await photosIn(names, 'explained/')).toEqual(photos);
});

test('whether results lie among the photos of a store', () => {
  expect(below('s3://b/photos', 's3://b/photos/out/')).toBe('out/');
  expect(below('s3://b/photos/', 's3://b/photos')).toBe('');
  expect(below('s3://b', 's3://b/out')).toBe('out/');
  expect(below('s3://b/photos', 's3://b/photos-out')).toBeNull();
  expect(below('s3://b/photos', 'explained')).toBeNull();
});
