import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { claimExamples } from './claims/index';
import { figureKinds } from './figures/index';
import { trustExample } from './trust-schema';

const template = path.resolve(__dirname, '../../templates/study.yaml');

const indented = (text: string) => text.replace(/^(?=.)/gm, '  ');

/**
 * Writes the commented starting study as `NAME.yaml` and returns the file: an example of each kind of figure, and what
 * claims may say.
 * @throws WhylightError where the file exists already or cannot be written.
 */
export async function writeNewStudy(name: string): Promise<string> {
  const file = /\.ya?ml$/.test(name) ? name : `${name}.yaml`;
  if (existsSync(file)) throw new WhylightError(`${file} exists already; nothing was written`);
  const parts: Readonly<Record<string, string>> = {
    file,
    figures: figureKinds()
      .map(({ example }) => indented(example))
      .join('\n\n'),
    claims: claimExamples(),
    trust: trustExample,
  };
  await writeWhole(
    file,
    readFileSync(template, 'utf8').replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? ''),
  );
  return file;
}
