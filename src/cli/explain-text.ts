import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import type { ClassScore } from '../explain/classify';
import { seenWords } from '../explain/image/seen';
import { targetName } from '../plots/words';
import { bestClasses, type ExplainedPhoto } from './explain-files';
import { table } from './table';

/** 0.9312 as `93.12 %`, and what rounds to nothing as `<0.01 %`. */
function percent(probability: number): string {
  return probability > 0 && probability < 0.00005 ? '<0.01 %' : `${(probability * 100).toFixed(2)} %`;
}

/** The best classes with probability and logit, or values with their unit. */
export function answerRows(classes: readonly ClassScore[]): string[][] {
  const answers = classes.map(({ probability, logit, unit = '' }) =>
    probability === null ? `${Number(logit.toPrecision(5))} ${unit}`.trim() : percent(probability),
  );
  const width = Math.max(...answers.map(({ length }) => length));
  return classes.map(({ label, logit, probability }, i) => [
    `  ${answers[i]!.padStart(width)}`,
    label,
    ...(probability === null ? [] : [`logit ${logit.toFixed(3)}`]),
  ]);
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The layer, and why it is that one where nobody named it. */
function layerWords({ layer, options }: Attribution): string {
  if (layer === null) return '';
  return `at ${layer}${options.chosen === undefined || options.chosen === 'named' ? '' : ` (${options.chosen})`}`;
}

/** One photo's results as lines for a person: its classes, a line for each map, what to know, the files. */
export function describePhoto(explained: ExplainedPhoto, paths: readonly string[]): string {
  const { file, classification, crop, maps, figures } = explained;
  const { photo, network } = classification;
  const sees = seenWords(classification.photo, crop);
  const classes = bestClasses(explained);
  const best = answerRows(classes);
  // All targets of a method are one run, whose time is said once.
  const time = (map: Attribution, i: number) =>
    maps[i - 1]?.method === map.method ? 'in the same run' : seconds(map.elapsedMs);
  const rows = maps.map((map, i) => [`  ${map.method}`, map.target.label, layerWords(map), time(map, i)]);
  const pictures = figures.map(({ place, figure }) => `  ${place}: ${figure.caption}`);
  const several = new Set(maps.map(({ target }) => target.label)).size > 1;
  const title = ({ method, target }: Attribution) => (several ? `${method} for ${targetName(target)}` : method);
  const notes = [...new Set(maps.flatMap((map) => map.notes.map((note) => `  ${title(map)}: ${note}`)))];
  const folder = path.dirname(paths[0] ?? '');
  const names = paths.map((place) => path.basename(place)).join(' ');
  return [
    `${file} · ${photo.width}×${photo.height} · ${network.title}`,
    sees === null ? '' : `  ${sees}`,
    table(best),
    rows.length === 0 ? '' : table(rows),
    ...notes,
    ...pictures,
    `  in ${folder}${path.sep}: ${names}`,
    '',
  ]
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}
