import { readFileSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { findChromium } from '../../src/page/find-chromium';
import { textFonts } from '../../src/page/fonts';
import type { Figure } from '../../src/plots/figure';

/** A Chromium that holds Plotly and the paper's fonts. */
export interface Plotter {
  /** The figure as Plotly draws it: one element a line, numbers rounded to whole px, ids in order of appearance. */
  svg(figure: Pick<Figure, 'data' | 'layout'>): Promise<string>;
  close(): Promise<void>;
}

export async function openPlotter(): Promise<Plotter> {
  const browser: Browser = await puppeteer.launch({
    executablePath: findChromium(),
    pipe: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb'],
  });
  const page = await browser.newPage();
  await page.setContent(`<!doctype html><style>${textFonts()}</style><div id="figure">text</div>`);
  await page.addScriptTag({ content: readFileSync(require.resolve('plotly.js-dist-min'), 'utf8') });
  await page.evaluate(() =>
    Promise.all(['400', '700'].map((weight) => document.fonts.load(`${weight} 12px "STIX Two Text"`))),
  );
  return { svg: async (figure) => normalised(await drawn(page, figure)), close: () => browser.close() };
}

function drawn(page: Page, { data, layout }: Pick<Figure, 'data' | 'layout'>): Promise<string> {
  return page.evaluate(
    async (traces, form) => {
      interface Plots {
        newPlot(id: string, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
        purge(id: string): void;
      }
      const { Plotly } = globalThis as unknown as { Plotly: Plots };
      await Plotly.newPlot('figure', traces, form, { staticPlot: true, displayModeBar: false });
      const plots = [...document.querySelectorAll('#figure svg.main-svg')];
      /** A picture's size, and its mean colours in 4×4 cells with four bits a channel: files differ between encoders. */
      const gist = async (source: string) => {
        const picture = new Image();
        picture.src = source;
        await picture.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [4, 4];
        const context = canvas.getContext('2d')!;
        context.imageSmoothingQuality = 'high';
        context.drawImage(picture, 0, 0, 4, 4);
        const cells = Array.from(context.getImageData(0, 0, 4, 4).data, (value) => Math.round(value / 17).toString(16));
        return `${picture.naturalWidth}x${picture.naturalHeight}:${cells.join('').match(/.{16}/g)!.join('/')}`;
      };
      for (const image of plots.flatMap((plot) => [...plot.querySelectorAll('image')])) {
        for (const name of ['href', 'xlink:href']) {
          const source = image.getAttribute(name);
          if (source?.startsWith('data:')) image.setAttribute(name, await gist(source));
        }
      }
      const text = plots.map((plot) => plot.outerHTML).join('\n');
      Plotly.purge('figure');
      return text;
    },
    data,
    layout,
  );
}

function normalised(svg: string): string {
  const ids = new Map<string, string>();
  const number = (id: string) => ids.get(id) ?? ids.set(id, String(ids.size + 1)).get(id)!;
  return `${svg
    .replace(/(?<=\b(?:defs-|topdefs-|clip|legend|trace|g|[hv]?[xy]?cb))[0-9a-f]{6}(?=\b|[xyt])/g, number)
    .replace(
      /(opacity[:="\s]+)?(-?\d*\.\d+(?:e-?\d+)?)/g,
      (_, opacity = '', value) => opacity + rounded(value, opacity ? 2 : 0),
    )
    .replace(/></g, '>\n<')}\n`;
}

const rounded = (value: string, digits: number) => String(Number(Number(value).toFixed(digits)) + 0);
