import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { singleScene } from '../../src/scenes/study-scenes';
import { whylight } from '../support/command';
import { expectAllHeld } from '../support/why';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-why-'));
const file = (name: string) => path.join(folder, name);
const wolf = file('wolf.png');

beforeAll(async () => {
  const { pixels, width, height } = drawScene(singleScene('wolf', { seed: 3, background: 'snow' })).image;
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(wolf);
});

const why = (...args: string[]) => whylight(['why', ...args, '-n', 'scenes-fair']);

describe('whylight why', () => {
  it('writes sentences, a picture and the numbers that carry them', async () => {
    const out = file('results');
    const { code, out: text, err } = await why(wolf, '--quick', '-o', out);
    expect(err).not.toContain('unexpected');
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['why.json', 'why.png', 'why.txt']);
    const { numbers, concluded, open, picture } = JSON.parse(readFileSync(path.join(out, 'why.json'), 'utf8'));
    expectAllHeld({ concluded, open }, numbers);
    const written = readFileSync(path.join(out, 'why.txt'), 'utf8');
    expect(text.startsWith(written)).toBe(true);
    for (const one of [...concluded, ...open]) expect(written).toContain(`- ${one.text}\n`);
    expect(written.indexOf('What can be concluded')).toBeLessThan(written.indexOf('What cannot'));
    expect(picture.alt).toContain('wolf.png');
    const png = await sharp(path.join(out, 'why.png')).metadata();
    expect(png.width).toBe(2 * 664);
    const { out: again } = await why(wolf, '--quick', '-o', out, '--json');
    expect(JSON.parse(again)).toEqual({ concluded, open, numbers, picture });
  });

  it.each([
    [['--fill', 'red'], 'fills: red (allowed: black,'],
    [['--methods', 'cam,guess'], 'unknown method: guess'],
    [['--target', 'cat'], 'unknown class: cat'],
    [['--target', 'top2'], '--target top2 names 2 targets (needed: one)'],
  ])('refuses %j, and leaves no folder', async (args, words) => {
    const { code, err } = await why(wolf, ...args, '-o', file('refused'));
    expect(err).toContain(words);
    expect(code).toBe(1);
    expect(existsSync(file('refused'))).toBe(false);
  });

  it('refuses a photo that is none', async () => {
    const { code, err } = await why(file('none.png'));
    expect([code, err]).toEqual([1, expect.stringContaining('none.png')]);
  });
});
