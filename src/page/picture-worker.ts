/** Draws figures as PNG in a Chromium of its own, off the kernel's thread, which waits for the answer. */
import { readFileSync } from 'node:fs';
import { type MessagePort, workerData } from 'node:worker_threads';
import puppeteer, { type Browser, type Page } from 'puppeteer';

interface Job {
  readonly data: unknown;
  readonly layout: { readonly width: number; readonly height: number };
}

const { port, flag, chromium } = workerData as { port: MessagePort; flag: Int32Array; chromium: string };
let page: Promise<Page> | null = null;

async function open(): Promise<Page> {
  // Over a pipe, Chromium ends by itself when this process ends, however that happens.
  const browser: Browser = await puppeteer.launch({
    executablePath: chromium,
    pipe: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--disable-gpu'],
  });
  const opened = await browser.newPage();
  await opened.setRequestInterception(true);
  opened.on('request', (request) =>
    request.url().startsWith('data:') || request.url().startsWith('blob:') ? request.continue() : request.abort(),
  );
  await opened.setContent('<!doctype html><body style="margin:0"><div id="figure"></div></body>');
  await opened.addScriptTag({ content: readFileSync(require.resolve('plotly.js-dist-min'), 'utf8') });
  return opened;
}

async function draw({ data, layout }: Job): Promise<Buffer> {
  page ??= open();
  const drawing = await page;
  await drawing.setViewport({ width: layout.width, height: layout.height, deviceScaleFactor: 2 });
  await drawing.evaluate(
    async (traces, form) => {
      const { Plotly } = globalThis as unknown as { Plotly: { newPlot: (...all: unknown[]) => Promise<unknown> } };
      await Plotly.newPlot('figure', traces, form, { staticPlot: true, displayModeBar: false });
    },
    data,
    layout,
  );
  return Buffer.from(await drawing.screenshot({ clip: { x: 0, y: 0, width: layout.width, height: layout.height } }));
}

port.on('message', async (job: Job) => {
  try {
    port.postMessage({ png: await draw(job) });
  } catch (error) {
    page = null;
    port.postMessage({ error: String(error) });
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
