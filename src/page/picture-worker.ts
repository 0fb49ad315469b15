/** Draws figures in a Chromium of its own, off the kernel's thread, which waits for the answer. */
import { readFileSync } from 'node:fs';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Page } from 'puppeteer';
import { startChromium } from './chromium';
import { textFonts } from './fonts';

interface Job {
  readonly data: unknown;
  readonly layout: { readonly width: number; readonly height: number };
  readonly type: 'png' | 'webp' | 'svg' | 'pdf';
}

const { port, flag, chromium } = workerData as { port: MessagePort; flag: Int32Array; chromium: string };
interface Studio {
  readonly page: Page;
  readonly close: () => Promise<void>;
}

let studio: Promise<Studio> | null = null;

async function open(): Promise<Studio> {
  const { browser, profile, close } = await startChromium(chromium, [
    '--disable-dev-shm-usage',
    '--force-color-profile=srgb',
    '--disable-gpu',
  ]);
  port.postMessage({ pid: browser.process()?.pid, profile });
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  page.on('request', (request) =>
    request.url().startsWith('data:') || request.url().startsWith('blob:') ? request.continue() : request.abort(),
  );
  await page.setContent(
    `<!doctype html><style>${textFonts()}</style><body style="margin:0"><div id="figure"></div></body>`,
  );
  // Plotly measures words before it draws them.
  await page.evaluate('Promise.all([...document.fonts].map((font) => font.load())).then(() => null)');
  await page.addScriptTag({ content: readFileSync(require.resolve('plotly.js-dist-min'), 'utf8') });
  return { page, close };
}

async function draw({ data, layout, type }: Job): Promise<Buffer> {
  studio ??= open();
  const { page } = await studio;
  const size = { width: layout.width, height: layout.height };
  await page.setViewport({ ...size, deviceScaleFactor: 2 });
  const svg = await page.evaluate(
    async (traces, form, wantsSvg) => {
      type Draw = (...all: unknown[]) => Promise<unknown>;
      const { Plotly } = globalThis as unknown as { Plotly: { newPlot: Draw; toImage: Draw } };
      // Plotly names parts of a drawing by chance; the same figure is to give the same file.
      let state = 1;
      Math.random = () => {
        state = (state * 16807) % 2147483647;
        return (state - 1) / 2147483646;
      };
      await Plotly.newPlot('figure', traces, form, { staticPlot: true, displayModeBar: false });
      const { width, height } = form;
      return wantsSvg ? String(await Plotly.toImage('figure', { format: 'svg', width, height })) : '';
    },
    data,
    layout,
    type === 'svg',
  );
  if (type === 'svg') return Buffer.from(withFonts(decodeURIComponent(svg.slice(svg.indexOf(',') + 1))));
  if (type === 'pdf') {
    const paper = { width: `${layout.width}px`, height: `${layout.height}px` };
    return Buffer.from(await page.pdf({ ...paper, printBackground: true, pageRanges: '1' }));
  }
  const clip = { x: 0, y: 0, ...size };
  return Buffer.from(await page.screenshot({ clip, type, ...(type === 'webp' && { quality: 80 }) }));
}

/** An SVG that brings its letters along. */
const withFonts = (svg: string) => svg.replace(/<svg\b[^>]*>/, (open) => `${open}<style>${textFonts()}</style>`);

port.on('message', async (job: Job | 'open') => {
  if (job === 'open') {
    studio ??= open();
    // Whoever asks for a figure is told why there is none.
    await studio.catch(() => {
      studio = null;
    });
    return;
  }
  try {
    port.postMessage({ picture: await draw(job) });
  } catch (error) {
    const broken = studio;
    studio = null;
    port.postMessage({ error: String(error) });
    void broken?.then(({ close }) => close()).catch(() => undefined);
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
