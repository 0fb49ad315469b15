import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';

/** What became of the copies, by their names in the folder. */
export interface LessonCopies {
  /** There was none. */
  readonly copied: readonly string[];
  /** The lesson is newer, and the copy was as it had been copied. */
  readonly renewed: readonly string[];
  /** The lesson is newer, but the copy is changed and stays. */
  readonly changes: readonly string[];
}

/** What each copy was made of: hashes by name. */
type Origins = Readonly<Record<string, string>>;

const recordName = '.lessons.json';

/** Of a notebook its cells without their outputs, which running it writes; of anything else its bytes. */
function hashOf(name: string, bytes: Buffer): string {
  const hash = createHash('sha256');
  if (!name.endsWith('.ipynb')) return hash.update(bytes).digest('hex');
  try {
    const { cells } = JSON.parse(bytes.toString('utf8')) as {
      cells: { cell_type: string; source: string | string[]; metadata?: { tags?: unknown } }[];
    };
    const own = cells.map(({ cell_type: type, source, metadata }) => [type, [source].flat().join(''), metadata?.tags]);
    return hash.update(JSON.stringify(own)).digest('hex');
  } catch {
    // Not a notebook any more: whatever it is, it is not what was copied.
    return hash.update(bytes).digest('hex');
  }
}

const readOrNull = (file: string) =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

async function originsOf(folder: string): Promise<Origins> {
  const text = await readOrNull(path.join(folder, recordName));
  if (text === null) return {};
  try {
    return JSON.parse(text.toString('utf8')) as Origins;
  } catch {
    // Without its record no copy is known to be unchanged, so all stay.
    return {};
  }
}

/** Lessons, and what they read: names relative to the folder. */
async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { withFileTypes: true, recursive: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => path.relative(folder, path.join(file.parentPath, file.name)))
    .filter((name) => !name.split(path.sep).some((part) => part.startsWith('.')))
    .sort();
}

/**
 * Copies the lessons, and the photos that they read, into a folder where people work with them. A copy that somebody changed
 * stays as it is; one whose cells are as they were copied (outputs count for nothing) is renewed where the lesson is newer.
 * What else lies in the folder is left alone.
 *
 * @throws WhylightError where the folder cannot be written.
 */
export async function copyLessons(from: string, to: string): Promise<LessonCopies> {
  await ensureWritableFolder(to);
  const origins = await originsOf(to);
  const record: Record<string, string> = { ...origins };
  const done = { copied: [] as string[], renewed: [] as string[], changes: [] as string[] };
  for (const name of await namesIn(from)) {
    const [lesson, copy] = [await readFile(path.join(from, name)), await readOrNull(path.join(to, name))];
    const newest = hashOf(name, lesson);
    const present = copy === null ? null : hashOf(name, copy);
    if (present !== newest && present !== null && present !== origins[name]) {
      // A lesson that is what the person changed already is no newer one.
      if (origins[name] !== newest) done.changes.push(name);
      continue;
    }
    if (present !== newest) {
      await ensureWritableFolder(path.dirname(path.join(to, name)));
      await writeWhole(path.join(to, name), lesson);
      (present === null ? done.copied : done.renewed).push(name);
    }
    record[name] = newest;
  }
  await writeRecord(to, record);
  return done;
}

const writeRecord = (folder: string, record: Origins) =>
  writeWhole(path.join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);

/**
 * Puts one lesson back as it is in the project, over whatever its copy has become.
 *
 * @param choice its name, with or without `.ipynb`, or its number: `05-deconvolution-and-feature-maps`, `5`
 * @returns its file
 * @throws WhylightError for a lesson that there is not.
 */
export async function resetLesson(from: string, to: string, choice: string): Promise<string> {
  const lessons = (await namesIn(from)).filter((name) => name.endsWith('.ipynb'));
  const plain = path.basename(choice).replace(/\.ipynb$/, '');
  const name = lessons.find(
    (lesson) => lesson === `${plain}.ipynb` || (/^\d+$/.test(plain) && Number.parseInt(lesson, 10) === Number(plain)),
  );
  if (name === undefined) {
    const names = lessons.map((lesson) => lesson.replace(/\.ipynb$/, ''));
    throw new WhylightError(`no such lesson: ${choice} (allowed: ${listAllowed(names)}, or its number)`);
  }
  const lesson = await readFile(path.join(from, name));
  await ensureWritableFolder(to);
  await writeWhole(path.join(to, name), lesson);
  await writeRecord(to, { ...(await originsOf(to)), [name]: hashOf(name, lesson) });
  return path.join(to, name);
}
