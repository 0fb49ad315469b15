import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyLessons, resetLesson } from '../../src/notebook/lesson-copies';

let place: string;
let from: string;
let to: string;

beforeEach(() => {
  place = mkdtempSync(path.join(os.tmpdir(), 'whylight-copies-'));
  [from, to] = [path.join(place, 'notebooks'), path.join(place, 'deep/lessons')];
  mkdirSync(path.join(from, 'photos'), { recursive: true });
  writeFileSync(path.join(from, 'photos/cat.png'), 'a cat');
  write(from, '01-first.ipynb', 'one');
  write(from, '02-second.ipynb', 'two');
});

afterEach(() => rmSync(place, { recursive: true, force: true }));

function write(folder: string, name: string, source: string, outputs: readonly string[] = []) {
  const cells = [
    { cell_type: 'code', execution_count: outputs.length || null, metadata: {}, outputs, source: [source] },
  ];
  writeFileSync(path.join(folder, name), JSON.stringify({ cells, metadata: {} }));
}

const source = (name: string) =>
  (JSON.parse(readFileSync(path.join(to, name), 'utf8')) as { cells: { source: string[] }[] }).cells[0]!.source.join(
    '',
  );

test('copies all at first, with what they read, and nothing the second time', async () => {
  expect(await copyLessons(from, to)).toEqual({
    copied: ['01-first.ipynb', '02-second.ipynb', path.join('photos', 'cat.png')],
    renewed: [],
    changes: [],
  });
  expect(readFileSync(path.join(to, 'photos/cat.png'), 'utf8')).toBe('a cat');
  expect(await copyLessons(from, to)).toEqual({ copied: [], renewed: [], changes: [] });
});

test('a changed copy stays and is told of where the lesson is newer; a copy that was only run is renewed', async () => {
  await copyLessons(from, to);
  write(to, '01-first.ipynb', 'mine');
  write(to, '02-second.ipynb', 'two', ['an output']);
  writeFileSync(path.join(to, 'own.ipynb'), 'a notebook of the person');
  expect(await copyLessons(from, to)).toEqual({ copied: [], renewed: [], changes: [] });
  expect(readFileSync(path.join(to, '02-second.ipynb'), 'utf8')).toContain('an output');
  write(from, '01-first.ipynb', 'one, newer');
  write(from, '02-second.ipynb', 'two, newer');
  expect(await copyLessons(from, to)).toEqual({
    copied: [],
    renewed: ['02-second.ipynb'],
    changes: ['01-first.ipynb'],
  });
  expect([source('01-first.ipynb'), source('02-second.ipynb')]).toEqual(['mine', 'two, newer']);
  // Still told the next time, and never overwritten.
  expect(await copyLessons(from, to)).toEqual({ copied: [], renewed: [], changes: ['01-first.ipynb'] });
  expect(readFileSync(path.join(to, 'own.ipynb'), 'utf8')).toBe('a notebook of the person');
});

test('without its record nothing is known to be unchanged, and a damaged copy is somebody’s', async () => {
  await copyLessons(from, to);
  rmSync(path.join(to, '.lessons.json'));
  writeFileSync(path.join(to, '01-first.ipynb'), '{');
  write(from, '02-second.ipynb', 'two, newer');
  expect(await copyLessons(from, to)).toMatchObject({ renewed: [], changes: ['01-first.ipynb', '02-second.ipynb'] });
  writeFileSync(path.join(to, '.lessons.json'), 'no JSON');
  expect(await copyLessons(from, to)).toMatchObject({ renewed: [], changes: ['01-first.ipynb', '02-second.ipynb'] });
  expect(source('02-second.ipynb')).toBe('two');
});

test('one is put back by its name or its number, and is renewed again from then on', async () => {
  await copyLessons(from, to);
  for (const wanted of ['01-first', '01-first.ipynb', '1', '01']) {
    write(to, '01-first.ipynb', 'mine');
    expect(await resetLesson(from, to, wanted)).toBe(path.join(to, '01-first.ipynb'));
    expect(source('01-first.ipynb')).toBe('one');
  }
  write(from, '01-first.ipynb', 'one, newer');
  expect(await copyLessons(from, to)).toMatchObject({ renewed: ['01-first.ipynb'], changes: [] });
  for (const wanted of ['3', 'first', '']) {
    await expect(resetLesson(from, to, wanted)).rejects.toThrow(
      `no such lesson: ${wanted} (allowed: 01-first, 02-second, or its number)`,
    );
  }
  expect(existsSync(path.join(place, 'notebooks/.lessons.json'))).toBe(false);
});
