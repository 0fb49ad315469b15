import path from 'node:path';
import { type FolderJournal, folderJournal } from '../explain/folder-journal';
import { cacheFolder } from '../explain/network/weights/find';

/** Where a command keeps what is unfinished, to go on from when it is given again; null where it shall keep nothing. */
export function unfinishedRuns({ cache }: { readonly cache: boolean }): FolderJournal | null {
  return cache ? folderJournal(path.join(cacheFolder(), 'unfinished')) : null;
}
