import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WhylightError } from '../../src/explain/errors';
import { ensureWritableFolder, writeWhole } from '../../src/explain/files';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeWhole', () => {
  it('replaces a file and leaves nothing beside it', async () => {
    const file = path.join(folder, 'a.txt');
    await writeWhole(file, 'one');
    await writeWhole(file, new Uint8Array([116, 119, 111]));
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('leaves nothing half-written where the rename fails', async () => {
    await mkdir(path.join(folder, 'taken'));
    await writeFile(path.join(folder, 'taken', 'x'), '');
    await expect(writeWhole(path.join(folder, 'taken'), 'text')).rejects.toThrow(WhylightError);
    await expect(writeWhole(path.join(folder, 'absent', 'a'), 'text')).rejects.toThrow(/no such file or folder/);
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('ensureWritableFolder', () => {
  it('makes the folder, with its parents, and leaves it empty', async () => {
    const deep = path.join(folder, 'a', 'b');
    expect(await ensureWritableFolder(deep)).toEqual([deep, path.dirname(deep)]);
    expect(await ensureWritableFolder(deep)).toEqual([]);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('refuses a file, a path below a file, and a place where nothing can be made', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'kept');
    await expect(ensureWritableFolder(file)).rejects.toThrow(/cannot write to the folder .*file: there is a file/);
    await expect(ensureWritableFolder(path.join(file, 'below'))).rejects.toThrow(/a file, not a folder/);
    expect(readFileSync(file, 'utf8')).toBe('kept');
    if (existsSync('/proc/self')) {
      await expect(ensureWritableFolder('/proc/whylight')).rejects.toThrow(/cannot write to the folder/);
    }
  });
});
