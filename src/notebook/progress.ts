import type { Progress } from '../explain/progress';
import { overlayPreview } from '../plots/overlay-png';
import { type CellOutput, inNotebook, type MimeBundle, writeOutput } from './cell';
import { escapeHtml } from './plotly-html';

/** Milliseconds between two updates: five a second are enough for an eye and do not flood the front end. */
const INTERVAL = 200;
/** Between two pictures of a map that is not complete: drawing one takes some fifty. */
const REDRAW = 1000;
/** Work that is over sooner leaves no line. */
const QUIET = 400;

interface Line {
  /** When its first report came, and what was done by then. */
  readonly started: number;
  readonly from: number;
  output: CellOutput | null;
  updateTime: number;
  /** The map so far, as an element of HTML, and when it was drawn. */
  picture: string;
  pictureTime: number;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;

/**
 * `occlusion  41 %  (about 12 s left)`, and at the end `occlusion: 1,936 in 20 s`.
 * @param from what was done when `elapsed` (ms) began to count. Default: what an earlier run had done.
 */
export function progressText(
  { label, done, total, resumed = 0 }: Progress,
  elapsed: number,
  from: number = resumed,
): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const before = resumed > 0 ? `, ${count(resumed)} of them before the interruption` : '';
  if (done >= total) return `${label}: ${count(total)} in ${seconds(elapsed)}${before}`;
  const now = done - from;
  const left = now > 0 ? `  (about ${seconds((elapsed * (total - done)) / now)} left${before})` : '';
  const bar = '█'.repeat(Math.round((20 * done) / total)).padEnd(20, '░');
  return `${label}  ${bar}  ${Math.floor((100 * done) / total)} %${left}`;
}

/** A map that is not complete, coarse at first. */
function pictureOf({ preview, done, total }: Progress): string {
  if (preview === undefined) return '';
  const png = overlayPreview(preview(), 224).toString('base64');
  return `<img alt="The map so far, from ${done} of ${total} positions" src="data:image/png;base64,${png}">`;
}

const bundleOf = (text: string, picture: string): MimeBundle => ({
  data: { 'text/plain': text, ...(picture !== '' && { 'text/html': `<pre>${escapeHtml(text)}</pre>${picture}` }) },
  metadata: {},
});

/**
 * Reports long work into the running cell: one line for each kind of work, updated in place; below it, while the work
 * lasts, the map as far as it is known.
 *
 * @param write of an output that can be replaced.
 */
export function cellProgress(
  now: () => number = () => performance.now(),
  write: ((bundle: MimeBundle) => CellOutput) | null = null,
): (progress: Progress) => void {
  const lines = new Map<string, Line>();
  return (progress) => {
    if (write === null && !inNotebook()) return;
    const time = now();
    let line = lines.get(progress.label);
    if (line === undefined) {
      line = {
        started: time,
        from: progress.done,
        output: null,
        updateTime: time,
        picture: '',
        pictureTime: Number.NEGATIVE_INFINITY,
      };
      lines.set(progress.label, line);
    }
    const finished = progress.done >= progress.total;
    const elapsed = time - line.started;
    if (finished) lines.delete(progress.label);
    if (line.output === null && elapsed < QUIET && !progress.resumed) return;
    if (!finished && line.output !== null && time - line.updateTime < INTERVAL) return;
    line.updateTime = time;
    if (time - line.pictureTime >= REDRAW) {
      line.picture = pictureOf(progress);
      line.pictureTime = time;
    }
    const bundle = bundleOf(progressText(progress, elapsed, line.from), finished ? '' : line.picture);
    if (line.output === null) line.output = (write ?? writeOutput)(bundle);
    else line.output.replace(bundle);
  };
}
