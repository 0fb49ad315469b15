import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeReport, computeStudy } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { visit } from '../support/page';
import { openPdf, pdfText } from '../support/pdf';
import { fixedEnvironment, smallStudy } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-html-'));
const file = path.join(folder, 'small.html');
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const study = parseStudy(smallStudy, 'small.yaml');
  const options = { environment: fixedEnvironment, command: 'whylight report', photoFolders: [], mapCache: null };
  writeFileSync(file, composeReport(study, await computeStudy(study, options), options));
});

const ready = 'window.whylightReady === true';

describe('the HTML page', () => {
  it('is whole in itself, and its figures answer to the pointer', async () => {
    await visit(file, async ({ page, errors, requests }) => {
      await page.waitForFunction(ready);
      const plot = (await page.$('#fig-wolf .plot'))!;
      await plot.scrollIntoView();
      const box = await plot.boundingBox();
      await page.mouse.move(box!.x + box!.width * 0.75, box!.y + box!.height * 0.5);
      await page.waitForSelector('#fig-wolf .hoverlayer .hovertext');
      const text = await page.$eval('#fig-wolf .hoverlayer', (layer) => layer.textContent);
      expect(text).toMatch(/Saliency map.*x \d+ px, y \d+ px/);
      expect({ errors, requests }).toEqual({ errors: [], requests: [] });
    });
  });

  it('takes the map off the photo and puts it back', async () => {
    await visit(file, async ({ page, errors }) => {
      await page.waitForFunction(ready);
      const maps = () => page.$$eval('#fig-wolf .heatmaplayer image', (images) => images.length);
      expect(await maps()).toBe(1);
      await page.click('#fig-wolf button');
      await page.waitForFunction('document.querySelectorAll("#fig-wolf .heatmaplayer image").length === 0');
      expect(await page.$eval('#fig-wolf button', (button) => button.textContent)).toBe('Show the map');
      await page.click('#fig-wolf button');
      await page.waitForFunction('document.querySelectorAll("#fig-wolf .heatmaplayer image").length === 1');
      expect(errors).toEqual([]);
    });
  });

  it('fits a phone and follows its dark mode', async () => {
    await visit(
      file,
      async ({ page }) => {
        const colour = () => page.$eval('html', (html) => getComputedStyle(html).backgroundColor);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
        expect(await colour()).toBe('rgb(255, 255, 255)');
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
        expect(await colour()).toBe('rgb(22, 22, 26)');
        await page.reload();
        await page.waitForFunction(ready);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
        const covered = await page.$$eval('.equation', (equations) =>
          equations
            .map((equation) => [equation.querySelector('.katex-display')!, equation.querySelector('.number')!] as const)
            .filter(([formula, number]) => formula.getBoundingClientRect().right > number.getBoundingClientRect().left)
            .map(([, number]) => number.textContent),
        );
        expect(covered).toEqual([]);
        expect(await page.$eval('#fig-wolf .main-svg', (svg) => (svg as SVGElement).style.background)).toContain(
          'rgba(0, 0, 0, 0)',
        );
      },
      { width: 360, height: 740 },
    );
  });

  it('prints as the paper does', async () => {
    await visit(file, async ({ page, errors }) => {
      await page.waitForFunction(ready);
      const printed = await openPdf(await page.pdf({ preferCSSPageSize: true }));
      expect((await printed.getPage(1)).view.map(Math.round)).toEqual([0, 0, 595, 842]);
      expect(await pdfText(printed)).not.toContain('Hide the map');
      const { items } = await (await printed.getPage(1)).getTextContent();
      const lefts = items.flatMap((item) =>
        'transform' in item && item.str.length > 30 ? [Math.round(item.transform[4])] : [],
      );
      expect(lefts.some((x) => x < 60) && lefts.some((x) => x > 290)).toBe(true);
      expect(errors).toEqual([]);
    });
  });
});
