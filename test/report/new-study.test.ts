import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeNewStudy } from '../../src/report/new-study';
import { readStudy } from '../../src/report/study';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-new-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a commented study that reads without mistake, and never over another file', async () => {
  const file = await writeNewStudy(path.join(folder, 'mine'));
  expect(path.basename(file)).toBe('mine.yaml');
  expect(readStudy(file).figures.map(({ kind }) => kind)).toEqual(['saliency', 'occlusion', 'cam', 'methods']);
  const text = readFileSync(file, 'utf8');
  expect(text.match(/^\s*#/gm)!.length).toBeGreaterThan(15);
  expect(text).toContain(`--study ${file}`);
  await expect(writeNewStudy(file)).rejects.toThrow(/exists already; nothing was written/);
});
