import type { Prose } from './blocks';

const small = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** A count as it stands in a sentence: in words up to twelve, `none` for 0. */
export const inWords = (count: number): string =>
  count === 0 ? 'none' : (small[count] ?? count.toLocaleString('en-US'));

/** `one picture`, `three pictures`, `13 pictures`, `no picture`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${small[count] ?? count.toLocaleString('en-US')} ${count <= 1 ? one : many}`;
}

/** The form that goes with a count: `agree(n, 'is', 'are')`. */
export const agree = (count: number, one: string, many: string): string => (count === 1 ? one : many);

/** What the numbers say of a claim. */
export type Verdict = 'holds' | 'fails' | 'open';

/** The words that go with a verdict. */
export const verdict = <T>(of: Verdict, words: Readonly<Record<Verdict, T>>): T => words[of];

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** With a capital letter first. */
export function capitalised(text: string): string;
export function capitalised(text: Prose): Prose;
export function capitalised(text: string | Prose): string | Prose {
  if (typeof text === 'string') return upper(text);
  const [first, ...rest] = text;
  return typeof first === 'string' ? [upper(first), ...rest] : text;
}

/** Inside a sentence: an article at the start loses its capital letter, a name keeps it. */
export const inSentence = (text: string) => text.replace(/^(?:A|An|The)(?= )/, (article) => article.toLowerCase());
