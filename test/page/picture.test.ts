import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type * as findChromiumFile from '../../src/page/find-chromium';
import type * as pictureFile from '../../src/page/picture';
import { project } from '../support/command';

// Of the build: the drawing thread is started from there.
const load = (file: string) => createRequire(__filename)(path.join(project, 'dist/page', file));
const { drawFigure } = load('picture.js') as typeof pictureFile;
const { findChromium } = load('find-chromium.js') as typeof findChromiumFile;

const folder = mkdtempSync(path.join(os.tmpdir(), 'picture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const figure = { data: [], layout: { width: 60, height: 40 }, alt: '', caption: '' } as never;

test('after a Chromium that does not answer, or that ends, the next figure gets another', async () => {
  const stuck = path.join(folder, 'stuck');
  writeFileSync(stuck, '#!/bin/sh\nexec /bin/sleep 60\n');
  chmodSync(stuck, 0o755);
  const chromiums = [
    drawFigure(figure, stuck, 'png', 300),
    drawFigure(figure, '/bin/false'),
    drawFigure(figure, findChromium()),
  ];
  const [silent, dead, sound] = await Promise.allSettled(chromiums);
  const failure = (what: RegExp) => ({ reason: { name: 'WhylightError', message: expect.stringMatching(what) } });
  expect(silent).toMatchObject(failure(/no answer in 0\.3 s; whylight doctor/));
  expect(dead).toMatchObject(failure(/Chromium did not draw the picture: .*whylight doctor/));
  const png = (sound as PromiseFulfilledResult<Buffer>).value;
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([120, 80]);
});
