import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPhotos, nameResults } from '../../src/cli/photos';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-find-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function make(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
}

const bases = (files: readonly string[]) => nameResults(files).map(({ base }) => base);

describe('nameResults', () => {
  it('uses the bare name where it is the only one', () => {
    expect(bases(['/a/wolf.jpg', '/a/dog.v2.png', '/b/no-ending'])).toEqual(['wolf', 'dog.v2', 'no-ending']);
  });

  it('never gives two photos one name', () => {
    expect(bases(['/a/1.jpg', '/a/1.png'])).toEqual(['1-jpg', '1-png']);
    expect(bases(['/x/dogs/1.jpg', '/x/wolves/1.jpg'])).toEqual(['dogs-1', 'wolves-1']);
    expect(bases(['/x/a/d/1.jpg', '/x/b/d/1.jpg'])).toEqual(['a-d-1', 'b-d-1']);
    expect(bases(['/a/Wolf.jpg', '/a/wolf.png'])).toEqual(['Wolf-jpg', 'wolf-png']);
    const tricky = ['/a/1.jpg', '/b/1.jpg', '/a-1.jpg', '/b-1.jpg', '/c/a-1.jpg', '/1-jpg.jpg', '/1.JPG', '/a/1.jpeg'];
    const named = bases(tricky);
    expect(new Set(named.map((base) => base.toLowerCase())).size).toBe(tricky.length);
  });
});

describe('findPhotos', () => {
  it('searches folders with their subfolders, in order, without hidden files and other kinds', async () => {
    await make('b/2.JPG', 'b/1.webp', 'a.png', 'notes.txt', '.hidden.png', '.git/x.png', 'c/deep/er/z.jpeg');
    const found = await findPhotos([folder], path.join(folder, 'out'));
    expect(found.map(({ file }) => path.relative(folder, file))).toEqual([
      'a.png',
      'b/1.webp',
      'b/2.JPG',
      'c/deep/er/z.jpeg',
    ]);
  });

  it('leaves the output folder out and counts a photo once', async () => {
    await make('a.png', 'explained/a.cam.png', 'sub/b.png');
    await symlink(path.join(folder, 'a.png'), path.join(folder, 'same.png'));
    const a = path.join(folder, 'a.png');
    const found = await findPhotos([a, folder, path.join(folder, 'sub')], path.join(folder, 'explained'));
    expect(found.map(({ base }) => base)).toEqual(['a', 'b']);
  });

  it('takes a file of any name that is given itself', async () => {
    await make('photo');
    expect(await findPhotos([path.join(folder, 'photo')], 'out')).toHaveLength(1);
  });

  it('refuses a missing name, an empty folder, and the output folder as input', async () => {
    await make('sub/notes.txt');
    await expect(findPhotos([path.join(folder, 'none.jpg')], 'out')).rejects.toThrow(/none\.jpg: there is no such/);
    await expect(findPhotos([path.join(folder, 'sub')], 'out')).rejects.toThrow(/no photo in the folder/);
    await expect(findPhotos([folder], folder)).rejects.toThrow(/also the output folder/);
  });
});
