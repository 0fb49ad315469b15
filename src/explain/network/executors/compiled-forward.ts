import type { Compiled } from './compiled';

interface Entry {
  readonly owner: object;
  readonly key: string;
  readonly pass: Compiled;
}

/** Compiled passes hold no weights, but some megabytes each. */
const MOST = 8;

/** The last used first. */
const recent: Entry[] = [];

/**
 * A compiled forward pass, made at first use; the last eight are kept, for whoever runs the same.
 * @param owner whose it is, with the key: nothing else may decide what it computes, or from what.
 */
export function compiledForward(owner: object, key: string, make: () => Compiled): Compiled {
  const at = recent.findIndex((entry) => entry.owner === owner && entry.key === key);
  const entry = at === -1 ? { owner, key, pass: make() } : recent.splice(at, 1)[0]!;
  recent.unshift(entry);
  for (const old of recent.splice(MOST)) old.pass.close();
  return entry.pass;
}
