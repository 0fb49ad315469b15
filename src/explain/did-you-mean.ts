import { listAllowed } from './errors';

/** Letters to change, add or leave out to make one word of the other. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Longer words than this are compared by their beginning: a name may come from a file. */
const LONGEST = 60;

/**
 * The words that somebody may have meant, nearest first: those that hold what was written, and those that differ in few
 * letters. `spellings` gives a word's parts where one of them may stand for it.
 */
export function nearest(
  word: string,
  words: readonly string[],
  spellings: (word: string) => readonly string[] = (one) => [one.toLowerCase()],
): string[] {
  const lower = word.trim().toLowerCase().slice(0, LONGEST);
  if (lower === '') return [];
  return words
    .map((one) => {
      const holds = lower.length > 2 && one.toLowerCase().includes(lower);
      const distance = () => Math.min(...spellings(one).map((own) => editDistance(own.slice(0, LONGEST), lower)));
      return { one, near: holds ? 0 : distance() };
    })
    .filter(({ near }) => near <= Math.max(2, lower.length / 3) && near < lower.length)
    .sort((a, b) => a.near - b.near)
    .map(({ one }) => one);
}

/** `; did you mean: grad-cam`, or nothing where no word is near. */
export function didYouMean(word: string, words: readonly string[], spellings?: Parameters<typeof nearest>[2]): string {
  const near = nearest(word, words, spellings).slice(0, 5);
  return near.length > 0 ? `; did you mean: ${listAllowed(near)}` : '';
}

/** Words that a person finds at a glance. */
const GLANCE = 8;

/** The same where there are too many words to see the right one among them. */
export const hintAmong = (word: string, words: readonly string[]): string =>
  words.length > GLANCE ? didYouMean(word, words) : '';
