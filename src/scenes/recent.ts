/** What was made last, by what decides it, up to a number of bytes. */
export interface Recent<T> {
  /** What was made under this key, or what `make` makes now. */
  readonly get: (key: string, make: () => T) => T;
}

/**
 * @param most bytes in all; what is larger alone is not kept.
 * @param bytesOf what one of them holds.
 */
export function keepRecent<T>(most: number, bytesOf: (one: T) => number): Recent<T> {
  // A map's keys stay in the order in which they were set: the first was asked for longest ago.
  const entries = new Map<string, T>();
  let bytes = 0;
  return {
    get: (key, make) => {
      const before = entries.get(key);
      if (before !== undefined) {
        entries.delete(key);
        entries.set(key, before);
        return before;
      }
      const one = make();
      if (bytesOf(one) > most) return one;
      entries.set(key, one);
      bytes += bytesOf(one);
      for (const [oldest, value] of entries) {
        if (bytes <= most) break;
        entries.delete(oldest);
        bytes -= bytesOf(value);
      }
      return one;
    },
  };
}
