import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';

const template = path.resolve(__dirname, '../../templates/study.yaml');

/**
 * Writes the commented starting study as `NAME.yaml` and returns the file.
 * @throws WhylightError where the file exists already or cannot be written.
 */
export async function writeNewStudy(name: string): Promise<string> {
  const file = /\.ya?ml$/.test(name) ? name : `${name}.yaml`;
  if (existsSync(file)) throw new WhylightError(`${file} exists already; nothing was written`);
  await writeWhole(file, readFileSync(template, 'utf8').replaceAll('{{file}}', file));
  return file;
}
