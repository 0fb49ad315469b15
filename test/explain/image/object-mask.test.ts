import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMask } from '../../../src/explain/image/object-mask';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whylight-mask-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function maskFile(name: string, width: number, values: readonly number[]): Promise<string> {
  const file = path.join(folder, name);
  const raw = { width, height: values.length / width, channels: 1 as const };
  await sharp(Uint8Array.from(values), { raw }).png().toFile(file);
  return file;
}

const photo = { width: 3, height: 2, source: 'dog.jpg' };

test('white is the object; several masks are united', async () => {
  const first = await maskFile('dog-0.png', 3, [0, 0, 255, 0, 0, 0]);
  const second = await maskFile('dog-1.png', 3, [255, 0, 0, 0, 0, 0]);
  expect([...(await loadMask([first], photo))]).toEqual([0, 0, 255, 0, 0, 0]);
  expect([...(await loadMask([first, second], photo))]).toEqual([255, 0, 255, 0, 0, 0]);
});

test('a mask of another size, an empty and a full one, and what is no picture are refused', async () => {
  const small = await maskFile('small.png', 2, [255, 0]);
  await expect(loadMask([small], photo)).rejects.toThrow(
    /small\.png is 2×1 px, its photo dog\.jpg 3×2 \(needed: the same size\)/,
  );
  const soft = await maskFile('soft.png', 3, [0, 0, 255, 0, 128, 0]);
  await expect(loadMask([soft], photo)).rejects.toThrow(
    /soft\.png is \(128, 128, 128\) at x 1, y 1 \(allowed: black, /,
  );
  const empty = await maskFile('empty.png', 3, [0, 0, 0, 0, 0, 0]);
  await expect(loadMask([empty], photo)).rejects.toThrow('holds no object');
  const full = await maskFile('full.png', 3, new Array<number>(6).fill(255));
  await expect(loadMask([full], photo)).rejects.toThrow('takes the whole photo for the object');
  await expect(loadMask([path.join(folder, 'none.png')], photo)).rejects.toThrow('there is no such file');
});
