import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../../errors';
import type { NetworkCard } from '../card';
import type { Network } from '../network';
import { type FindOptions, findFile } from '../weights/find';
import { quoteName } from '../weights/quote-name';
import { type Described, type Description, describe, describedNetwork } from './describe';
import type { ForeignKind } from './foreign-kind';
import type { ForeignNetwork, ForeignOptions } from './foreign-network';
import { foreignKinds } from './kinds';
import { recognise } from './recognise';

/** A network out of somebody's file, and how it was told what it needs. */
export interface Foreign {
  readonly network: Omit<Network, 'name' | 'title'>;
  readonly foreign: ForeignNetwork;
  readonly described: Described;
  readonly kind: ForeignKind;
}

/**
 * Reads a network out of somebody's file, told by its first bytes.
 * @throws WhylightError that begins with the file's name, for a file that holds no network that can be run.
 */
export async function openForeign(
  file: string,
  options: ForeignOptions,
  description: Description,
  kinds: readonly ForeignKind[] = foreignKinds,
): Promise<Foreign> {
  const kind = await recognise(file, kinds);
  const name = quoteName(path.basename(file));
  if (kind === null) throw new WhylightError(`${name}: it is text, not a network`);
  try {
    const foreign = await kind.read(file, options);
    const described = await describe(foreign, kind, file, description);
    const unit = description.unit === undefined ? {} : { unit: description.unit };
    return { network: { ...describedNetwork(foreign, described), ...unit }, foreign, described, kind };
  } catch (error) {
    throw new WhylightError(oneLine(error, name), { cause: error });
  }
}

/** A damaged file may break its reader anywhere: that is the file's fault, and said in one line that names it. */
function oneLine(error: unknown, name: string): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  if (!(error instanceof WhylightError)) return `${name}: it is damaged, or of a form that is not read (${message})`;
  return message.includes(name) ? message : `${name}: ${message}`;
}

/** Where a card's file lies: beside the card, else in the mirror, the cache or where it is published. */
export async function modelFile(card: NetworkCard & { form: 'model' }, options: FindOptions): Promise<string> {
  const { file, sha256 = '', url } = card.model;
  const beside = path.resolve(path.dirname(card.path), file);
  if (existsSync(beside)) return beside;
  const name = path.isAbsolute(file) || file.split('/').includes('..') ? path.basename(file) : file;
  return (await findFile({ name, sha256, url }, options, path.dirname(card.path))).path;
}

/** @throws WhylightError where a file's content is not what its card says. */
export function checkModelHash(card: NetworkCard & { form: 'model' }, hash: string): void {
  const { file, sha256 } = card.model;
  if (sha256 === undefined || hash.startsWith(sha256.toLowerCase())) return;
  throw new WhylightError(`${file} has a wrong checksum: sha256 ${hash}, expected ${sha256} (${card.name})`);
}
