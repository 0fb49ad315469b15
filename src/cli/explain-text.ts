import path from 'node:path';
import type { ClassScore } from '../explain/classify';
import { targetName } from '../plots/words';
import type { PhotoRecord } from './explain-one';
import type { PhotoResults } from './explain-results';
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

type MapResults = PhotoResults['maps'][number];

/** The layer, and why it is that one where nobody named it. */
function layerWords({ layer, options }: MapResults): string {
  if (layer === null) return '';
  return `at ${layer}${options.chosen === undefined || options.chosen === 'named' ? '' : ` (${options.chosen})`}`;
}

/** One photo's results as lines for a person: its classes, a line for each map, what to know, where the files are. */
function describePhoto({ results, elapsedMs, base }: PhotoRecord, folder: string): string {
  const { photo, network, input, classes, maps, pictures, files } = results!;
  // All targets of a method are one run, whose time is said once.
  const time = (map: MapResults, i: number) =>
    maps[i - 1]?.method === map.method ? 'in the same run' : seconds(elapsedMs[i]!);
  const rows = maps.map((map, i) => [`  ${map.method}`, map.target.label, layerWords(map), time(map, i)]);
  const several = new Set(maps.map(({ target }) => target.label)).size > 1;
  const title = ({ method, target }: MapResults) => (several ? `${method} for ${targetName(target)}` : method);
  const notes = [...new Set(maps.flatMap((map) => map.notes.map((note) => `  ${title(map)}: ${note}`)))];
  return [
    `${photo.file} · ${photo.width}×${photo.height} · ${network.title}`,
    input.sees === undefined ? '' : `  ${input.sees}`,
    ...(photo.notes ?? []).map((note) => `  ${note}`),
    table(answerRows(classes)),
    rows.length === 0 ? '' : table(rows),
    ...notes,
    ...pictures.map(({ place, caption }) => `  ${place}: ${caption}`),
    `  ${filesIn(files, folder, base)}`,
    '',
  ]
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}

/** `5 files in explained/`. */
function filesIn(files: PhotoResults['files'], folder: string, base: string): string {
  const count = Object.keys(files).length + 1;
  return `${count} ${count === 1 ? 'file' : 'files'} in ${path.dirname(path.join(folder, base))}${path.sep}`;
}

/** What became of one photo, for a person; of one whose results were there, in a line. */
export function describeRecord(record: PhotoRecord, folder: string): string {
  const { state, results, base } = record;
  if (state !== 'there') return describePhoto(record, folder);
  return `${results!.photo.file} · already there: ${filesIn(results!.files, folder, base)}\n`;
}
