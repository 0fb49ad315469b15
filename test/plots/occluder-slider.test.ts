import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type * as library from '../../src';
import { occluderSlider } from '../../src/plots/occluder-slider';
import { gridOf, mapOf } from '../support/attributions';
import { project } from '../support/command';
import { visit } from '../support/page';

// Of the build: a figure's page is made there.
const { saveFigure } = createRequire(__filename)(path.join(project, 'dist')) as typeof library;
const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-slider-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 7 × 7 positions on 40 × 64 px, the lowest at row 5 and column 3, which an even choice of 4 rows and columns has not. */
const scores = Array.from({ length: 49 }, (_, i) => (i === 5 * 7 + 3 ? 0.4 : 0.9 - 0.01 * (i % 5)));
const grid = gridOf(scores, scores);
const map = mapOf(new Float32Array(40 * 64), 40, 64, { method: 'occlusion', grid });

interface Shown {
  readonly label: string;
  readonly square: readonly [number, number];
}

test('starts at the lowest of the whole grid, which it has among its positions, and no more of them', () => {
  const figure = occluderSlider(map, { most: 4 });
  const [slider] = figure.layout.sliders as { active: number; steps: { label: string }[] }[];
  expect(slider!.steps).toHaveLength(16);
  expect(slider!.steps[slider!.active]!.label).toContain(`x ${grid.lefts[3]! + 8} px, y ${grid.tops[5]! + 5} px`);
  expect(figure.layout.shapes).toMatchObject([{ x0: grid.lefts[3]! - 0.5, y0: grid.tops[5]! - 0.5 }]);
});

test('in a browser the square stands where the label says, also after a zoom and back', async () => {
  const file = await saveFigure(occluderSlider(map, { most: 4 }), path.join(folder, 'slider.html'));
  await visit(file, async ({ page, errors }) => {
    await page.waitForSelector('.js-plotly-plot .slider-container');
    // As text, since what runs in the page knows none of the types here.
    const shown = () =>
      page.evaluate(`(() => {
        const { layout: { sliders: [{ active, steps }], shapes: [{ x0, y0 }] } } = document.querySelector('.js-plotly-plot');
        return { label: steps[active].label, square: [x0 + 0.5, y0 + 0.5], written: document.querySelector('.slider-label').textContent };
      })()`) as Promise<Shown & { written: string }>;
    const relayout = (change: string) =>
      page.evaluate(`Plotly.relayout(document.querySelector('.js-plotly-plot'), ${change}).then(() => 0)`);
    const stands = async (x: number, y: number) => {
      const { label, square, written } = await shown();
      expect(square).toEqual([x, y]);
      expect(label).toContain(`x ${x + 8} px, y ${y + 5} px`);
      expect(written).toBe(label);
    };
    const [x, y] = [grid.lefts[3]!, grid.tops[5]!];
    await stands(x, y);
    await relayout(`{ 'xaxis.range': [5, 30], 'yaxis.range': [20, 5] }`);
    await stands(x, y);
    await relayout(`{ 'xaxis.range': [-0.5, 63.5], 'yaxis.range': [39.5, -0.5] }`);
    await stands(x, y);
    const rail = await page.$('.slider-rail-touch-rect');
    const { x: left, y: top, width, height } = (await rail!.boundingBox())!;
    await page.mouse.click(left + width - 2, top + height / 2);
    await page.waitForFunction(
      `document.querySelector('.js-plotly-plot').layout.shapes[0].x0 === ${grid.lefts.at(-1)! - 0.5}`,
    );
    await stands(grid.lefts.at(-1)!, grid.tops.at(-1)!);
    await relayout(`{ 'xaxis.range': [5, 20] }`);
    await stands(grid.lefts.at(-1)!, grid.tops.at(-1)!);
    expect(errors).toEqual([]);
  });
});
