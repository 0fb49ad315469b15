import path from 'node:path';
import { expect, test } from 'vitest';
import { seenFrom, wholePlaces } from '../../src/cli/queue-places';

test('places of photos are whole, and those below the photos go along where a machine sees them elsewhere', () => {
  const places = wholePlaces({ data: 'set', masks: 'set/masks', maps: '/maps', out: 'set' });
  expect(places).toEqual({
    data: path.resolve('set'),
    masks: path.resolve('set/masks'),
    maps: '/maps',
    out: path.resolve('set'),
  });
  expect(seenFrom(places, '/mnt/photos')).toEqual({
    data: '/mnt/photos',
    masks: '/mnt/photos/masks',
    maps: '/maps',
    out: '/mnt/photos',
  });
});

test('drawn scenes lie nowhere', () => {
  const places = wholePlaces({ data: 'scenes', out: 'evaluated' });
  expect(places).toEqual({ data: 'scenes', out: path.resolve('evaluated') });
  expect(seenFrom(places, '/mnt/photos')).toEqual(places);
});
