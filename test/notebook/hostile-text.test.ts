import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notebookText } from '../../scripts/notebook-text.mjs';
import { executeNotebook } from '../../src/notebook/execute';
import { hostileLine, hostileTexts } from '../support/hostile-text';
import { visit } from '../support/page';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-hostile-notebook-'));
const [ipynb, html] = [path.join(folder, 'out.ipynb'), path.join(folder, 'out.html')];
afterAll(() => rmSync(folder, { recursive: true }));

const json = JSON.stringify;
// A comment would swallow the page's own scripts.
const markup = hostileTexts.filter((text) => !text.startsWith('<!--'));
const cells = [
  `import { display, loadPhoto } from 'whylight';
const words = ${json(hostileLine)};
display([{ label: words, [words]: 1 }, { label: words, [words]: 2 }]);
display(words);`,
  `display({ data: [{ type: 'bar', x: ${json(hostileTexts)}, y: [1, 2, 3, 4], name: words, text: words, hovertext: words }],
  layout: { width: 400, height: 300, title: { text: words }, xaxis: { title: { text: words } }, annotations: [{ text: words, x: 1, y: 1 }] },
  alt: words, caption: words });`,
  `display(await loadPhoto(${json(path.join(folder, `<img src=x onerror="window.pwned='name'">'.png`))}));`,
];

beforeAll(async () => {
  const { default: sharp } = await import('sharp');
  await sharp(Buffer.alloc(30 * 20 * 3, 80), { raw: { width: 30, height: 20, channels: 3 } })
    .withExif({ IFD0: { ImageDescription: hostileLine } })
    .png()
    .toFile(path.join(folder, `<img src=x onerror="window.pwned='name'">'.png`));
  const file = path.join(folder, 'hostile.ipynb');
  const words = `# ${markup.join(' ')}\n\n$\\href{javascript:window.pwned='equation'}{x}$ $\\text{${hostileTexts[0]}}$`;
  writeFileSync(file, notebookText([{ markdown: words }, ...cells]));
  await executeNotebook(file, { ipynb, html });
});

test('an exported notebook runs the scripts of its figures and none that its cells or its text brought along', async () => {
  const page = readFileSync(html, 'utf8');
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  expect(policy).toMatch(/script-src( 'sha256-[\w+/=]{44}'){2};/);
  await visit(html, async ({ page, errors, requests }) => {
    await page.waitForFunction('document.querySelectorAll(".main-svg").length >= 2');
    for (const figure of await page.$$('.main-svg')) await figure.hover();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    // Markdown is markup: what stands there is refused by the policy, and said on the console.
    expect(errors.join('\n')).toMatch(/violates the following Content Security Policy directive/);
    const escaped = await page.$$eval('.jp-OutputArea table', (tables) => tables.map(({ textContent }) => textContent));
    expect(escaped.join()).toContain('<img src=x onerror=');
  });
});
