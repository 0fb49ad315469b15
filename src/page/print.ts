import { WhylightError } from '../explain/errors';
import { startChromium } from './chromium';
import { findChromium } from './find-chromium';

/** A printed document. */
export interface Printed {
  readonly pdf: Uint8Array;
  readonly browser: string;
}

/** Chromium's own traffic is off, and letters are set as they are printed. */
const settings = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--font-render-hinting=none',
];

/**
 * Prints a self-contained HTML document to PDF: tagged, with bookmarks; the page reaches neither the network nor
 * files. The dates are the given one, so that the same document gives the same bytes.
 *
 * @param html the document, or what will become it: Chromium starts meanwhile.
 * @throws WhylightError where the page reports an error or asks for anything outside itself.
 */
export async function printDocument(
  html: string | Promise<string>,
  page: 'a4' | 'letter',
  date: Date,
): Promise<Printed> {
  const chromium = startChromium(findChromium(), settings);
  // Said once there is something to print.
  const whenever = chromium.catch(() => null);
  try {
    const document = await html;
    const { browser } = await chromium;
    const tab = await browser.newPage();
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(error instanceof Error ? error.message : String(error)));
    // A file asked for, or what the page's own policy forbids, is refused inside Chromium and only said here.
    tab.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await tab.setOfflineMode(true);
    await tab.setRequestInterception(true);
    tab.on('request', (request) => {
      const url = request.url();
      if (url.startsWith('data:') || url.startsWith('blob:') || url === 'about:blank') void request.continue();
      else {
        problems.push(`the page asked for ${url.slice(0, 120)}`);
        void request.abort();
      }
    });
    await tab.evaluateOnNewDocument(
      '{ let s = 1; Math.random = () => ((s = (s * 16807) % 2147483647) - 1) / 2147483646; }',
    );
    await tab.emulateMediaType('print');
    await tab.setContent(document, { waitUntil: 'load' });
    await tab.waitForFunction('window.whylightReady === true', { timeout: 120_000 });
    const pdf = await tab.pdf({
      format: page,
      printBackground: true,
      preferCSSPageSize: true,
      tagged: true,
      outline: true,
      timeout: 120_000,
    });
    if (problems.length > 0) throw new WhylightError(`the report's page failed: ${problems[0]}`);
    return { pdf: withDate(pdf, date), browser: await browser.version() };
  } finally {
    await (await whenever)?.close();
  }
}

/** Writes the given date over the creation and modification dates, with the same length. */
export function withDate(pdf: Uint8Array, date: Date): Uint8Array {
  const stamp = date.toISOString().replace(/\D/g, '').slice(0, 14);
  const text = Buffer.from(pdf)
    .toString('latin1')
    .replace(/\/(CreationDate|ModDate) \(D:\d{14}/g, `/$1 (D:${stamp}`);
  return Buffer.from(text, 'latin1');
}
