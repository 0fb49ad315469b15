import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameResults, siblingNames } from '../../src/cli/photo-names';
import { walkPhotos } from '../../src/cli/photo-walk';
import { findPhotos } from '../../src/cli/photos';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-find-'));
});
afterEach(() => rm(folder, { recursive: true }));

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

async function make(...files: string[]): Promise<void> {
  for (const file of files) await write(file, jpeg);
}

async function write(file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), bytes);
}

const inside = (name: string) => path.join(folder, name);

/** `photo a.png → a`, `left out b.txt .txt`, `unreadable c.png`. */
async function sightings(names: readonly string[] = [folder], out: string | null = null): Promise<string[]> {
  const lines: string[] = [];
  for await (const one of walkPhotos(names, out)) {
    const file = path.relative(folder, one.file);
    lines.push(
      `${one.is} ${file}${one.is === 'photo' ? ` → ${one.base}` : one.is === 'left out' ? ` ${one.ending}` : ''}`,
    );
  }
  return lines;
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

it('siblings get their ending where they need it, and none from what is no photo', () => {
  const names = ['1.jpg', '1.png', '2.jpg', '2.txt', 'Wolf.heic', 'wolf.jpg', 'plain', '3-jpg.png', '3.jpg', '3.png'];
  const own = siblingNames(names);
  expect(Object.fromEntries(own)).toMatchObject({
    '1.jpg': '1-jpg',
    '1.png': '1-png',
    '2.jpg': '2',
    'Wolf.heic': 'Wolf-heic',
    'wolf.jpg': 'wolf-jpg',
    plain: 'plain',
  });
  expect(new Set([...own.values()].map((name) => name.toLowerCase())).size).toBe(names.length);
});

describe('walkPhotos', () => {
  it('searches folders with their subfolders in the order of whole paths, without hidden files', async () => {
    await make('b/2.JPG', 'b/1.webp', 'b.png', 'a.png', '.hidden.png', '.git/x.png', 'c/deep/er/z.jpeg');
    expect(await sightings()).toEqual([
      'photo a.png → a',
      'photo b.png → b',
      'photo b/1.webp → b/1',
      'photo b/2.JPG → b/2',
      'photo c/deep/er/z.jpeg → c/deep/er/z',
    ]);
  });

  it('knows photos by their first bytes and counts the rest by its endings', async () => {
    await make('camera.jfif', 'no-ending', 'strange name ünï\n.dat', 'raw.dng');
    await write('damaged.png', 'no picture');
    await write('empty.jpg', '');
    await write('notes', 'text');
    await write('iphone.HEIC', '\0\0\0\x18ftypheic\0\0\0\0');
    await write('BMW', 'BMW is a car, and its text is not that of a picture');
    const server = createServer().listen(inside('pipe.jpg'));
    await once(server, 'listening');
    expect(await sightings()).toEqual([
      'left out BMW no ending',
      'photo camera.jfif → camera',
      'photo damaged.png → damaged',
      'photo empty.jpg → empty',
      'left out iphone.HEIC .heic',
      'photo no-ending → no-ending',
      'left out notes no ending',
      'left out pipe.jpg no file',
      'left out raw.dng .dng',
      'photo strange name ünï\n.dat → strange name ünï\n-dat',
    ]);
    server.close();
  });

  it('follows links to files and folders, never in a circle, and takes what is reached twice once', async () => {
    await make('real/1.jpg', 'real/.store/2.jpg', 'away/deep/3.jpg', 'away/4.jpg');
    await symlink(inside('real/.store/2.jpg'), inside('real/2'));
    await symlink(inside('real/.store/2.jpg'), inside('real/2-again.jpg'));
    await symlink(inside('real/1.jpg'), inside('real/one.jpg'));
    await symlink('..', inside('real/up'));
    await symlink(inside('away/deep'), inside('real/deep'));
    await symlink('nowhere.jpg', inside('real/gone.jpg'));
    await symlink('nowhere', inside('real/gone'));
    await symlink(inside('real/loop'), inside('real/loop'));
    expect(await sightings([inside('real')])).toEqual([
      'photo real/1.jpg → 1',
      'photo real/2 → 2',
      'photo real/deep/3.jpg → deep/3',
      'left out real/gone broken link',
      'unreadable real/gone.jpg',
      'left out real/loop broken link',
      'photo real/up/away/4.jpg → up/away/4',
    ]);
  });

  it('goes on after a folder that cannot be read', async () => {
    await make('a/1.jpg', 'b/2.jpg', 'c/3.jpg');
    await chmod(inside('b'), 0o000);
    try {
      const lines = await sightings();
      // Root reads everything.
      if (process.getuid?.() !== 0) expect(lines[1]).toBe('unreadable b');
      expect(lines).toHaveLength(3);
    } finally {
      await chmod(inside('b'), 0o755);
    }
  });

  it('leaves the output folder out, keeps several names apart, and counts a photo once', async () => {
    await make('a.png', 'explained/a.cam.png', 'sub/b.png', 'other/sub/b.png');
    await symlink(inside('a.png'), inside('same.png'));
    const names = [inside('a.png'), inside('sub'), inside('other/sub'), folder, inside('absent.png')];
    expect(await sightings(names, inside('explained'))).toEqual([
      'photo a.png → a',
      `photo sub/b.png → ${path.basename(folder)}-sub/b`,
      'photo other/sub/b.png → other-sub/b',
      'unreadable absent.png',
    ]);
  });

  it('tells a folder without photos, and what it holds', async () => {
    await write('sub/notes.txt', 'text');
    await write('sub/iphone.heic', '\0\0\0\x18ftypheic');
    const all: string[] = [];
    for await (const one of walkPhotos([inside('sub')], null)) if (one.is === 'unreadable') all.push(one.error);
    expect(all).toEqual([`no photo in the folder ${inside('sub')} (only .heic 1, .txt 1)`]);
  });

  it('refuses results among the photos', async () => {
    await make('out/photos/1.jpg', 'more/2.jpg');
    await expect(sightings([folder], folder)).rejects.toThrow(/also the output folder/);
    await expect(sightings([inside('out/photos'), inside('more')], inside('out'))).rejects.toThrow(
      /the results would lie among the photos of .*photos/,
    );
    expect(await sightings([inside('out/photos')], inside('out'))).toHaveLength(1);
  });
});

describe('findPhotos', () => {
  it('gives each photo of all folders a name of its own', async () => {
    await make('x/1.jpg', 'y/1.jpg', 'y/2.jpg');
    expect((await findPhotos([folder], null)).map(({ base }) => base)).toEqual(['x-1', 'y-1', '2']);
  });

  it('takes a file of any name that is given itself', async () => {
    await make('photo');
    expect(await findPhotos([inside('photo')], 'out')).toHaveLength(1);
  });

  it('refuses a missing name, an empty folder, and the output folder as input', async () => {
    await write('sub/notes.txt', '');
    await expect(findPhotos([inside('none.jpg')], 'out')).rejects.toThrow(/none\.jpg: there is no such/);
    await expect(findPhotos([inside('sub')], 'out')).rejects.toThrow(/no photo in the folder/);
    await expect(findPhotos([folder], folder)).rejects.toThrow(/also the output folder/);
  });
});
