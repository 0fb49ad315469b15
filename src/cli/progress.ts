import { SingleBar } from 'cli-progress';
import { plainLine } from '../explain/plain-line';
import type { Progress } from '../explain/progress';

/** Shows how far a command is, on stderr. */
export interface Reporter {
  /** For `onProgress` of any long call. */
  readonly onProgress: (progress: Progress) => void;
  /** What goes in front of every label: `3/20 wolf.jpg`. */
  prefix(text: string): void;
  /** Takes the bar away and gives the cursor back. */
  stop(): void;
}

/** Where progress is written: stderr, or what stands for it in a test. */
export type ProgressStream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** Bytes as MB where numbers are that large. */
function amount(value: number, total: number): string {
  return total < 1e6 ? String(value) : `${(value / 1e6).toFixed(1)} MB`;
}

function resumedText(label: string, resumed: number, total: number): string {
  return `${label}: going on after the interruption, ${resumed} of ${total} are done`;
}

/** A bar that redraws itself in place; gone when its work is done. */
function barReporter(stream: NodeJS.WriteStream): Reporter {
  let before = '';
  let label: string | null = null;
  let bar: SingleBar | null = null;
  const stop = () => {
    bar?.stop();
    bar = null;
    label = null;
  };
  return {
    onProgress({ label: name, done, total, resumed = 0 }) {
      const what = plainLine(name);
      if (resumed > 0 && done === resumed) {
        stop();
        stream.write(`${resumedText(before + what, resumed, total)}\n`);
      }
      const payload = { label: before + what, at: amount(done, total), of: amount(total, total) };
      if (label !== payload.label) stop();
      if (!bar) {
        const format = '{label} {bar} {percentage} % · {at} of {of} · {eta_formatted} left';
        bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true, fps: 5, barsize: 24 });
        label = payload.label;
        bar.start(total, done, payload);
      } else {
        bar.setTotal(total);
        bar.update(done, payload);
      }
      if (done >= total) stop();
    },
    prefix(text) {
      before = text === '' ? '' : `${plainLine(text)} · `;
    },
    stop,
  };
}

/** A line at the start of a piece of work that takes a while, then one at most every two seconds. */
function lineReporter(stream: ProgressStream, now: () => number): Reporter {
  const pause = 2000;
  let before = '';
  let label = '';
  let last = 0;
  let open = false;
  return {
    onProgress({ label: what, done, total, resumed = 0 }) {
      const full = before + plainLine(what);
      if (resumed > 0 && done === resumed) stream.write(`${resumedText(full, resumed, total)}\n`);
      if (full !== label) {
        label = full;
        last = now();
        open = false;
      }
      const finished = done >= total;
      if (finished ? !open : now() - last < pause) return;
      last = now();
      open = !finished;
      const percent = Math.floor((100 * done) / total);
      stream.write(`${full}: ${amount(done, total)} of ${amount(total, total)} (${percent} %)\n`);
    },
    prefix(text) {
      before = text === '' ? '' : `${plainLine(text)} · `;
    },
    stop() {},
  };
}

/** A progress bar on a terminal, plain lines otherwise. */
export function createReporter(stream: ProgressStream = process.stderr, now: () => number = Date.now): Reporter {
  return stream.isTTY ? barReporter(stream as NodeJS.WriteStream) : lineReporter(stream, now);
}
