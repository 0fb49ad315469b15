import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { compared } from './aims.mjs';
import { roundedDown } from './numbers.mjs';

/** A run in one line of JSON: the machine, its matrix rates, and what every row took. */
export function historyLine({ date, mode, machine, rates, rows }) {
  const { cpu, cores, load, versions } = machine;
  const took = rows.map(({ cell, name, each, peak }) => ({ cell, name, each, ...(peak !== undefined && { peak }) }));
  const ratios = compared(rows).map(({ cell, name, peer, ratio }) => ({ cell, name, peer, ratio }));
  return JSON.stringify({ date, mode, cpu, cores, load, versions, rates, rows: took, ratios });
}

/** Below it is noise: on a machine that does nothing else medians of three rounds differ by 5 %. */
const SLOWER = 1.15;

/**
 * What takes longer than when the same was last measured on the same kind of processor: times are multiplied by the matrix rate
 * of their run, so that a machine that is slower as a whole is no slow-down.
 *
 * @param lines of the history, the oldest first.
 */
export function slowDowns(lines, results) {
  const now = JSON.parse(historyLine(results));
  const runs = lines.map((line) => JSON.parse(line)).filter(({ cpu, cores }) => cpu === now.cpu && cores === now.cores);
  const work = (run, { each }) => each * Math.max(run.rates.whylight, run.rates.torch);
  return now.rows.flatMap((row) => {
    const same = (other) => other.cell === row.cell && other.name === row.name;
    const before = runs.findLast((run) => run.rows.some(same));
    if (before === undefined) return [];
    const factor = work(now, row) / work(before, before.rows.find(same));
    return factor <= SLOWER ? [] : [{ ...row, factor, since: before.date }];
  });
}

/** A sentence for each. */
export const slowDownLines = (slower) =>
  slower.map(
    ({ cell, name, factor, since }) =>
      `- **Slower.** ${cell}: ${name} takes ${roundedDown(factor, 2)} times as long as on ${since.slice(0, 10)}, the machine's matrix rate counted out`,
  );

/** The lines of a history file; none where there is none. */
export function historyOf(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

export const noteRun = (file, results) => appendFileSync(file, `${historyLine(results)}\n`);
