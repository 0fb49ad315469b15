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
