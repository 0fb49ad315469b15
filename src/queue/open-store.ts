import { WhylightError } from '../explain/errors';
import type { Environment } from './address';
import { folderStore } from './folder-store';
import type { Store } from './store';

/** Opens `s3://BUCKET/PREFIX`, or a folder. @throws WhylightError for what the environment lacks */
export async function openStore(place: string, env: Environment = process.env): Promise<Store> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return folderStore(place);
  if (!place.startsWith('s3://')) throw new WhylightError(`a store is a folder or s3://BUCKET/PREFIX: ${place}`);
  const { s3Store } = await import('./s3-store.js');
  return s3Store(place, env);
}
