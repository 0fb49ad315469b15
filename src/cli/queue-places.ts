import path from 'node:path';

/** Whether a place is an object store, and not a folder. */
export const isStore = (place: string): boolean => place.includes('://');

/** Where a run keeps its results until they are brought together: hidden, so that it is no folder of photos. */
export const resultsPlace = (out: string): string => (isStore(out) ? out : path.join(path.resolve(out), '.queue'));

/** The folder that was named for the results which lie there. */
export const outOf = (results: string): string => path.dirname(results);

const withSlash = (place: string) => `${place.replace(/\/+$/, '')}/`;

/** What is below a place has such a name there: `explained/`, '' where it is that place; null where it is elsewhere. */
export function below(place: string, inner: string): string | null {
  const [outer, own] = [withSlash(place), withSlash(inner)];
  return own.startsWith(outer) ? own.slice(outer.length) : null;
}

/** Places of photos and of what belongs to them, as a person named them. */
interface PhotoPlaces {
  readonly data: string;
  readonly masks?: string;
  readonly maps?: string;
  readonly out?: string;
}

const placeNames = ['data', 'masks', 'maps', 'out'] as const;

/** The same places, whatever folder a worker is started in. Drawn scenes lie nowhere. */
export function wholePlaces(places: PhotoPlaces): PhotoPlaces {
  const whole = placeNames.flatMap((name) => (places[name] === undefined ? [] : [[name, path.resolve(places[name])]]));
  return {
    ...(Object.fromEntries(whole) as unknown as PhotoPlaces),
    ...(places.data === 'scenes' && { data: 'scenes' }),
  };
}

/** Whole places as a machine sees them that has the photos in `here`: what lies below them goes along. */
export function seenFrom(places: PhotoPlaces, here: string): PhotoPlaces {
  if (places.data === 'scenes') return places;
  const moved = placeNames.flatMap((name) => {
    const inner = places[name] === undefined ? null : below(places.data, places[name]);
    return inner === null ? [] : [[name, path.resolve(here, inner)]];
  });
  return { ...places, ...Object.fromEntries(moved) };
}
