import { type FolderJournal, folderJournal } from '../explain/folder-journal';
import { cacheFolder } from '../explain/network/weights/find';
import { plainLine } from '../explain/plain-line';

/** Where a command keeps what is unfinished, to go on from when it is given again; null where it shall keep nothing. */
export function unfinishedRuns({ cache }: { readonly cache: boolean }): FolderJournal | null {
  return cache ? folderJournal(cacheFolder(), tellDamaged) : null;
}

/** Says on stderr what is stored and cannot be used: `features of photos 1 to 64 (resnet18)`. */
export function tellDamaged(what: string): void {
  process.stderr.write(`${plainLine(what)}: what was stored is damaged or of another version; it is computed anew\n`);
}
