import { plainLine } from '../explain/plain-line';
import type { QueueState, RunProgress } from '../queue/state';
import { commandOf, unitWord } from './queue-plan';

/** Failures that are shown of a run. */
const MOST = 10;

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Seconds as a person says them: `3 h 20 min`. */
function duration(seconds: number): string {
  const [minutes, hours] = [Math.round(seconds / 60), Math.round(seconds / 3600)];
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (minutes < 120) return `${minutes} min`;
  return hours < 72 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}

/** `12 photos a second`, `3.2 trainings an hour`. */
function rateText(rate: number, word: string): string {
  const [pace, time] = rate < 0.1 ? [rate * 3600, 'an hour'] : [rate, 'a second'];
  return `${pace < 10 ? pace.toPrecision(2) : Math.round(pace)} ${word}s ${time}`;
}

function runText({ run, done, failed, submitted, rate, left, failures }: RunProgress): string {
  const percent = run.total === 0 ? 100 : Math.floor((100 * done) / run.total);
  const word = unitWord(run.plan);
  const speed = rate === null ? '' : ` · ${rateText(rate, word)}`;
  const rest = done === run.total ? ' · done' : left === null ? '' : ` · ${duration(left)} left at this rate`;
  const lines = [
    `run ${run.name} · ${run.photos ?? commandOf(run.plan)} → ${run.out} · priority ${run.priority}`,
    `  ${done} of ${plural(run.total, word)} (${percent} %)${failed === 0 ? '' : `, ${failed} failed`}${speed}${rest}`,
    ...(submitted < run.total
      ? [`  ${submitted} are in jobs; ${commandOf(run.plan)} submits the others as room is made`]
      : []),
    ...failures.slice(0, MOST).map(({ words }) => `  failed: ${words}`),
    ...(failed > MOST ? [`  failed: … and ${failed - MOST} more`] : []),
  ];
  return lines.map((line) => `${/^ /.test(line) ? '  ' : ''}${plainLine(line)}\n`).join('');
}

/** The queue as lines for a person. */
export function queueText(label: string, { workers, jobs, runs }: QueueState): string {
  const gone = jobs.failed === 0 ? '' : `, ${jobs.failed} failed (--retry)`;
  const head = `${label} · ${plural(workers, 'worker')} · ${plural(jobs.waiting, 'job')} waiting, ${jobs.active} at work${gone}`;
  return `${head}\n${runs.map(runText).join('')}`;
}
