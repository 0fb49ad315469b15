import { plainLine } from '../explain/plain-line';
import type { Reporter } from './progress';

/** Says a sentence on stderr, between two lines of progress. */
export function note(sentence: string, reporter?: Pick<Reporter, 'stop'>): void {
  reporter?.stop();
  process.stderr.write(`note: ${plainLine(sentence)}\n`);
}

/** Says each sentence once. */
export function noteOnce(reporter?: Pick<Reporter, 'stop'>): (sentence: string) => void {
  const before = new Set<string>();
  return (sentence) => {
    if (before.has(sentence)) return;
    before.add(sentence);
    note(sentence, reporter);
  };
}
