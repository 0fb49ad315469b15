import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { findChromium } from '../../src/page/find-chromium';

/** What a page did while it was looked at. */
export interface Visit {
  readonly page: Page;
  /** Console errors and uncaught exceptions. */
  readonly errors: string[];
  /** Requests to anything but the file itself. */
  readonly requests: string[];
}

/** Opens a local page in a real Chromium of its own. */
export async function visit<T>(
  file: string,
  look: (visit: Visit) => Promise<T>,
  { width = 1200, height = 900 }: { width?: number; height?: number } = {},
): Promise<T> {
  const browser: Browser = await puppeteer.launch({
    executablePath: findChromium(),
    pipe: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    const requests: string[] = [];
    const own = pathToFileURL(file).href;
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => {
      if (!/^(?:data|blob):/.test(request.url()) && request.url() !== own) requests.push(request.url());
    });
    await page.setViewport({ width, height });
    await page.goto(own, { waitUntil: 'load' });
    return await look({ page, errors, requests });
  } finally {
    await browser.close();
  }
}
