import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { visit } from '../support/page';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-flow-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = readFileSync(path.resolve(__dirname, '../../templates/flow.js'), 'utf8');

const text = (id: string, lines: number) => `<p id="${id}">${Array(lines).fill('line').join('<br>')}</p>`;
const float = (id: string, height: number) => `<figure id="${id}" style="height:${height}px"></figure>`;

/** The order of the blocks on A4 pages: columns of 975 px, on the first page of 875 px below a header of 100. */
async function order(...sections: string[]): Promise<string[]> {
  const file = path.join(folder, 'page.html');
  const style = 'body,p,h2,figure{margin:0;font-size:14px;line-height:20px}figure{margin:10px 0}h2{margin:15px 0 5px}';
  const main = sections.map((section) => `<section>${section}</section>`).join('');
  writeFileSync(file, `<style>${style}</style><main>${main}</main><script>${script}</script>`);
  return visit(file, async ({ page, errors }) => {
    const ids = await page.evaluate(
      '(() => { const main = document.querySelector("main"); orderFloats(main, { column: 334.5, height: 975.1 }, 100); return [...main.querySelectorAll("[id]")].map(({ id }) => id); })()',
    );
    expect(errors).toEqual([]);
    return ids as string[];
  });
}

it('leaves a figure where it fits', async () => {
  expect(await order(text('a', 20) + float('fig', 400) + text('b', 20))).toEqual(['a', 'fig', 'b']);
});

it('lets the text pass a figure that does not fit, also into the next section', async () => {
  expect(await order(text('a', 30) + float('fig', 400) + text('b', 20))).toEqual(['a', 'b', 'fig']);
  expect(await order(text('a', 30) + float('fig', 400), `<h2 id="h">H</h2>${text('b', 20)}`)).toEqual([
    'a',
    'h',
    'b',
    'fig',
  ]);
});

it('keeps figures in their order, and puts what is left at the end', async () => {
  const ids = await order(text('a', 30) + float('one', 400) + float('two', 50) + text('b', 15) + float('three', 60));
  expect(ids.filter((id) => ['one', 'two', 'three'].includes(id))).toEqual(['one', 'two', 'three']);
  expect(ids.indexOf('b')).toBeLessThan(ids.indexOf('one'));
});

it('never parts a heading from what follows it', async () => {
  // The heading would stand on the last line of the column: a float may not slip in between.
  const ids = await order(text('a', 41), `<h2 id="h">H</h2>${text('b', 30)}${float('fig', 300)}${text('c', 10)}`);
  expect(ids.indexOf('b')).toBe(ids.indexOf('h') + 1);
});

it('never parts a formula from the sentence that announces it', async () => {
  const formula = '<div class="equation" id="formula" style="height:60px"></div>';
  const ids = await order(text('a', 38) + float('one', 120) + text('b', 4) + formula + text('c', 10));
  expect(ids).toEqual(['a', 'b', 'formula', 'one', 'c']);
  // A figure between the two has to wait, though there is room for it.
  expect(await order(text('a', 10) + text('b', 2) + float('one', 50) + formula + text('c', 10))).toEqual([
    'a',
    'b',
    'formula',
    'one',
    'c',
  ]);
});
