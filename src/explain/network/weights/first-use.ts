import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../../errors';
import { ensureWritableFolder, writeWhole } from '../../files';
import { quoteName } from './quote-name';

/** A file whose whole sha256 was computed. */
interface HashedFile {
  /** The published name. */
  readonly name: string;
  /** What its card pins: the first digits, as many as the publisher gives. */
  readonly pin: string;
  /** All 64 digits. */
  readonly sha256: string;
  readonly path: string;
}

/**
 * Holds a file of which a publisher gives a few digits of its sha256 alone to all 64 of its first use on this machine,
 * which are kept beside the downloads as `NAME.PIN.sha256`. A cache that cannot be written to keeps nothing.
 * @throws WhylightError where it is another file than at its first use.
 */
export async function checkFirstUse(cache: string, { name, pin, sha256, path: file }: HashedFile): Promise<void> {
  const record = path.join(cache, `${name}.${pin.toLowerCase()}.sha256`);
  const before = await readFile(record, 'utf8').catch(() => null);
  if (before === null) {
    const write = async () => {
      await ensureWritableFolder(path.dirname(record));
      await writeWhole(record, `${sha256}  ${path.basename(name)}\n`);
    };
    await write().catch(() => undefined);
    return;
  }
  const first = before.slice(0, 64);
  if (first === sha256) return;
  throw new WhylightError(
    `${quoteName(name)} is another file than at its first use here: sha256 ${sha256} (${file}), then ${quoteName(first)}; its card pins ${pin.length} digits, which both have; if the publisher has replaced it, delete ${record}`,
  );
}
