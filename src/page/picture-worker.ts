/** Draws figures as PNG in a Chromium of its own, off the kernel's thread, which waits for the answer. */
import { readFileSync } from 'node:fs';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Page } from 'puppeteer';
import { startChromium } from './chromium';
import { textFonts } from './fonts';

interface Job {
  readonly data: unknown;
  readonly layout: { readonly width: number; readonly height: number };
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

async function draw({ data, layout }: Job): Promise<Buffer> {
  studio ??= open();
  const { page } = await studio;
  await page.setViewport({ width: layout.width, height: layout.height, deviceScaleFactor: 2 });
  await page.evaluate(
    async (traces, form) => {
      const { Plotly } = globalThis as unknown as { Plotly: { newPlot: (...all: unknown[]) => Promise<unknown> } };
      await Plotly.newPlot('figure', traces, form, { staticPlot: true, displayModeBar: false });
    },
    data,
    layout,
  );
  return Buffer.from(await page.screenshot({ clip: { x: 0, y: 0, width: layout.width, height: layout.height } }));
}

port.on('message', async (job: Job) => {
  try {
    port.postMessage({ png: await draw(job) });
  } catch (error) {
    const broken = studio;
    studio = null;
    port.postMessage({ error: String(error) });
    void broken?.then(({ close }) => close()).catch(() => undefined);
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
