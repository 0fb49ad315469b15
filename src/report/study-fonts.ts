import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import type { FontFile } from '../page/fonts';
import { whereLies } from './study-photo';

/**
 * Reads a study's own fonts; files are looked for in the folders in turn.
 * @throws WhylightError for a file that is in none of them.
 */
export function studyFonts(fonts: readonly string[], folders: readonly string[]): FontFile[] {
  return fonts.map((file) => {
    const place = whereLies(file, folders);
    if (place === undefined) throw new WhylightError(`no font file ${file} in ${folders.join(', ')}`);
    return { name: path.basename(place), bytes: readFileSync(place) };
  });
}
