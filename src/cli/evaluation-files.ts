import path from 'node:path';
import { detectionPicture, measurePicture } from '../analyses/evaluation-pictures';
import { type WrittenFile, writeTogether } from '../explain/write-together';
import type { WholeEvaluation } from './evaluation-text';
import { pngOf } from './figure-file';

/**
 * Writes an evaluation: `evaluation.json` (all of it), `evaluation.csv` (a row a photo, map and measure), `table-NETWORK.png` and,
 * where there are curves, `detection.png`.
 * @returns the files.
 */
export async function writeEvaluation(folder: string, whole: WholeEvaluation): Promise<string[]> {
  const { evaluation, detection, parts } = whole;
  const files: WrittenFile[] = [
    ['evaluation.json', `${JSON.stringify(whole, null, 1)}\n`],
    ['evaluation.csv', `${csv(evaluation)}\n`],
  ];
  for (const { kind, tables } of parts) {
    const picture = measurePicture(tables[0]!, { width: 240 + 92 * evaluation.measures.length });
    files.push([`table-${kind}.png`, await pngOf(picture)]);
  }
  if (detection !== null) files.push(['detection.png', await pngOf(detectionPicture(detection, { width: 800 }))]);
  return writeTogether(
    folder,
    files.map(([name, content]) => [path.join(folder, name), content]),
  );
}

function csv({ cases, rows }: WholeEvaluation['evaluation']): string {
  const byPhoto = new Map(cases.map((one) => [JSON.stringify([one.network, one.photo]), one]));
  const cell = (value: string | number | boolean | null | undefined) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  const lines = rows.map((row) => {
    const { label, answer, right, target, logit, probability } = byPhoto.get(JSON.stringify([row.network, row.photo]))!;
    const parts = [row.network, row.photo, label, answer, right, target, logit, probability];
    return [...parts, row.map, row.measure, row.value, row.notes?.join(' ')].map(cell).join(',');
  });
  return ['network,photo,label,answer,right,target,logit,probability,map,measure,value,notes', ...lines].join('\n');
}
