import type { LeakChecks } from '../analyses/leak-checks';
import type { Estimate } from '../explain/statistics/estimate';
import { table } from './table';

/** The leak checks of a set for a person. */
export function describeLeaks({ scenes, allScenes, groups, shared }: LeakChecks): string {
  const percent = ({ value, low, high }: Estimate) =>
    `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
  const tables = groups.map(
    (group) =>
      `\nHow well is ${group.classes.join(', ')} told from this alone? ${group.scenes} of ${allScenes} scenes, chance ${(100 * group.checks[0]!.chance).toFixed(1)} %\n${table(
        [
          ['  FROM', 'LOGISTIC REGRESSION', 'NEIGHBOURS', ''],
          ...group.checks.map(({ source, logistic, neighbours, leaks }) => [
            `  ${source}`,
            percent(logistic),
            percent(neighbours),
            leaks ? 'above chance' : '',
          ]),
        ],
      )}\n`,
  );
  const few = scenes === 0 ? '\nNo leak checks: they need two classes with ten scenes each.\n' : '';
  return `${few}${tables.join('')}\n${shared.scenes} of ${shared.allScenes} scenes share a seed with those that networks here were trained on.\n`;
}
