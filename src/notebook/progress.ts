import type { Progress } from '../explain/progress';
import { type CellOutput, inNotebook, type MimeBundle, writeOutput } from './cell';

/** Milliseconds between two updates: five a second are enough for an eye and do not flood the front end. */
const INTERVAL = 200;
/** Work that is over sooner leaves no line. */
const QUIET = 400;

interface Line {
  readonly started: number;
  output: CellOutput | null;
  shown: number;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;

/** `occlusion  41 %  (about 12 s left)`, and at the end `occlusion: 1,936 in 20 s`. */
export function progressText({ label, done, total, resumed = 0 }: Progress, elapsed: number): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const before = resumed > 0 ? `, ${count(resumed)} of them before the interruption` : '';
  if (done >= total) return `${label}: ${count(total)} in ${seconds(elapsed)}${before}`;
  const now = done - resumed;
  const left = now > 0 ? `  (about ${seconds((elapsed * (total - done)) / now)} left${before})` : '';
  const bar = '█'.repeat(Math.round((20 * done) / total)).padEnd(20, '░');
  return `${label}  ${bar}  ${Math.floor((100 * done) / total)} %${left}`;
}

const plain = (text: string): MimeBundle => ({ data: { 'text/plain': text }, metadata: {} });

/** Reports long work into the running cell: one line for each kind of work, updated in place. */
export function cellProgress(now: () => number = () => performance.now()): (progress: Progress) => void {
  const lines = new Map<string, Line>();
  return (progress) => {
    if (!inNotebook()) return;
    const time = now();
    let line = lines.get(progress.label);
    if (line === undefined) {
      line = { started: time, output: null, shown: time };
      lines.set(progress.label, line);
    }
    const finished = progress.done >= progress.total;
    const elapsed = time - line.started;
    if (finished) lines.delete(progress.label);
    if (line.output === null && elapsed < QUIET && !progress.resumed) return;
    if (!finished && line.output !== null && time - line.shown < INTERVAL) return;
    line.shown = time;
    const bundle = plain(progressText(progress, elapsed));
    if (line.output === null) line.output = writeOutput(bundle);
    else line.output.replace(bundle);
  };
}
