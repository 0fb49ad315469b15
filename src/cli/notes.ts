import { plainLine } from '../explain/plain-line';
import type { Reporter } from './progress';

/** Says each sentence once on stderr, between two lines of progress. */
export function noteOnce(reporter?: Pick<Reporter, 'stop'>): (sentence: string) => void {
  const before = new Set<string>();
  return (sentence) => {
    if (before.has(sentence)) return;
    before.add(sentence);
    reporter?.stop();
    process.stderr.write(`note: ${plainLine(sentence)}\n`);
  };
}
