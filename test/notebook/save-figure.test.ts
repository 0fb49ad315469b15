import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type * as library from '../../src';
import { project } from '../support/command';
import { seededNetwork } from '../support/networks';

// Of the build: the drawing thread is started from there.
const load = createRequire(__filename);
const { drawScene, onWhite, saliency, saveFigure } = load(path.join(project, 'dist')) as typeof library;

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-figures-'));
const photo = drawScene(onWhite('dog', { seed: 1, width: 41, height: 30 })).image;
const map = saliency(seededNetwork('tiny-resnet', 5, [30, 41, 3], 6), photo);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const save = async (name: string, value: unknown = map) =>
  readFileSync(await saveFigure(value, path.join(folder, name)));

test('a map is written as its file’s name says, twice with the same bytes', async () => {
  const text = (bytes: Buffer, encoding: 'latin1' | 'utf8' = 'latin1') => bytes.toString(encoding);
  const [png, webp, svg, pdf, html] = [
    await save('a.png'),
    await save('a.webp'),
    await save('deep/a.svg'),
    await save('a.PDF'),
    await save('a.html'),
  ];
  expect(text(png.subarray(1, 4))).toBe('PNG');
  expect(text(webp.subarray(8, 12))).toBe('WEBP');
  expect(text(svg, 'utf8')).toMatch(/^<svg [^>]*><style>@font-face[\s\S]*Saliency map[\s\S]*<\/svg>$/);
  expect(text(pdf.subarray(0, 5))).toBe('%PDF-');
  expect(text(pdf).match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(text(html, 'utf8')).toContain('class="whylight-figure"');
  for (const [name, bytes] of [
    ['b.png', png],
    ['b.svg', svg],
    ['b.pdf', pdf],
    ['b.html', html],
  ] as const) {
    expect((await save(name)).equals(bytes), name).toBe(true);
  }
});

test('other endings, and what is not one figure, are refused', async () => {
  await expect(save('a.gif')).rejects.toThrow(
    /a\.gif ends with \.gif \(allowed: \.png, \.webp, \.svg, \.pdf, \.html\)$/,
  );
  await expect(save('a')).rejects.toThrow('ends with nothing');
  await expect(save('a.png', 3)).rejects.toThrow('what it was handed is shown as no figure');
  await expect(save('a.png', [photo, photo])).rejects.toThrow('is shown as 2 figures');
});
