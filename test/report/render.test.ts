import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBibliography } from '../../src/report/bibliography';
import { alignOnPoint } from '../../src/report/numbers';
import { printDocument } from '../../src/page/print';
import { type ReportDocument, renderDocument } from '../../src/report/render';
import { openPdf } from '../support/pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-render-'));
afterAll(() => rmSync(folder, { recursive: true }));

const references = parseBibliography(`
  @misc{first, author = {Last, First}, title = {Never cited}, year = 2000}
  @misc{second, author = {Other, Some}, title = {A <b>bold</b> title}, year = 2001}
  @misc{third, author = {Third, A}, title = {Third}, year = 2002}`);

function figure(id: string, caption = 'A caption') {
  return { id, figure: { data: [], layout: { width: 300, height: 200 }, alt: `what ${id} shows`, caption } };
}

/** Renders one section of the given words. */
function render(
  words: string,
  more: Partial<ReportDocument> = {},
  values: Record<string, unknown> = {},
  figures = [figure('one'), figure('two')],
) {
  mkdirSync(path.join(folder, 'sections'), { recursive: true });
  writeFileSync(path.join(folder, 'abstract.hbs'), 'Nothing.');
  writeFileSync(path.join(folder, 'sections/results.hbs'), words);
  return renderDocument({
    title: 'A title',
    authors: ['An Author'],
    page: 'a4',
    abstract: {},
    sections: [{ name: 'results', title: 'Results', values, figures }],
    references,
    templates: folder,
    ...more,
  });
}

const section = (html: string) => /<section class="results">([\s\S]*?)<\/section>/.exec(html)![1]!;

describe('renderDocument', () => {
  it('numbers figures in their order, and cross-references follow', () => {
    const html = section(render('{{ref "two"}} and {{ref "one"}} {{figure "one"}}{{figure "two"}}'));
    expect(html).toContain(
      '<a class="ref" href="#fig-two">Fig.&nbsp;2</a> and <a class="ref" href="#fig-one">Fig.&nbsp;1</a>',
    );
    expect(html).toMatch(/id="fig-one"[\s\S]*Fig\. 1\.[\s\S]*id="fig-two"[\s\S]*Fig\. 2\./);
    expect(html).toContain('aria-label="what one shows"');
  });

  it.each([
    ['a reference to a figure that is not there', '{{ref "three"}}', /refers to figure three/],
    ['a figure that is not there', '{{figure "three"}}', /no figure three/],
    ['a citation that the bibliography lacks', '{{cite "nobody2020"}}', /cites nobody2020/],
    ['a value that is not there', '{{count}}', /count/],
    ['an equation that KaTeX cannot set', '{{math "\\\\frac{1"}}', /KaTeX/],
  ])('refuses %s', (_, words, message) => {
    expect(() => render(words)).toThrow(message);
  });

  it('refuses a figure that is wider than a column', () => {
    const { figure: narrow } = figure('one');
    const wide = { id: 'one', figure: { ...narrow, layout: { width: 420, height: 200 } } };
    expect(() => render('{{figure "one"}}', {}, {}, [wide])).toThrow(
      /figure one is 420 px wide \(allowed: up to 332 px/,
    );
  });

  it('refuses a figure that no text places', () => {
    expect(() => render('{{figure "one"}}')).toThrow(/no text places the figure two/);
  });

  it('numbers tables in their order, wherever a text refers to them', () => {
    const words =
      '{{tableref "b"}}<table>{{tablecaption "a" "First"}}</table><table>{{tablecaption "b" "Second"}}</table>';
    expect(section(render(words, {}, {}, []))).toContain('<a class="ref" href="#table-b">Table&nbsp;II</a>');
    expect(() => render('{{tableref "c"}}', {}, {}, [])).toThrow(/refers to table c/);
  });

  it('refuses two figures of one name', () => {
    expect(() => render('', {}, {}, [figure('one'), figure('one')])).toThrow(/same name/);
  });

  it('lists only what is cited, in the order of citation', () => {
    const html = render('{{cite "third"}} {{cite "second" "third"}}', {}, {}, []);
    expect(section(html)).toBe(
      '\n<h2>I. Results</h2>\n<a class="ref" href="#ref-1">[1]</a> <a class="ref" href="#ref-2">[2]</a>, <a class="ref" href="#ref-1">[1]</a>\n',
    );
    expect(html).toContain('<li id="ref-1">A. Third');
    expect(html).toContain('<li id="ref-2">S. Other, “A &lt;b&gt;bold&lt;/b&gt; title,” 2001.</li>');
    expect(html).not.toContain('Never cited');
  });

  it('escapes what a study says: tags, quotes, ends of scripts and Handlebars braces stay text', () => {
    const hostile = `<script>alert(1)</script> {{count}} "quoted" </figcaption>`;
    const html = render(
      '{{label}} {{figure "one"}}',
      { title: hostile, authors: [hostile] },
      { label: hostile, count: 'braces were expanded' },
      [figure('one', hostile)],
    );
    const text = '&lt;script&gt;alert(1)&lt;/script&gt; {{count}} &quot;quoted&quot; &lt;/figcaption&gt;';
    expect(html.replaceAll('\u00ad', '').split(text).length - 1).toBe(5);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('braces were expanded');
  });

  it('fails in print where a formula runs into its number', async () => {
    const print = (formula: string) =>
      printDocument(render(`{{equation "${formula}"}}`, {}, {}, []), 'a4', new Date('2021-02-03T04:05:06Z'));
    await expect(print(`x = ${'1 + '.repeat(40)}1`)).rejects.toThrow(/equation \(1\) is too wide for a column/);
    expect((await print('x = 1')).pdf.length).toBeGreaterThan(0);
  });

  it('keeps what belongs together in one column, wherever the columns end', async () => {
    const parts = Array.from({ length: 60 }, (_, i) => {
      const filler = 'And some more words of no weight at all. '.repeat(1 + (i % 5));
      const formula = `<p>A sentence that fills a line and then some, so that it has two, ends with a formula${i}:</p>{{equation "x"}}<p>${filler}</p>`;
      if (i % 5 !== 0) return formula;
      const rows = Array.from({ length: i % 2 === 0 ? 4 : 26 }, (_, row) => `<tr><td>row${i}.${row}</td></tr>`);
      return `${formula}<table class="long">{{tablecaption "t${i}" "${9000 + i}"}}<thead><tr><th>head</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
    });
    const { pdf } = await printDocument(render(parts.join(''), {}, {}, []), 'a4', new Date('2021-02-03T04:05:06Z'));
    const document = await openPdf(pdf);
    // Where each word stands: its page and its column.
    const columns = new Map<string, string>();
    for (let number = 1; number <= document.numPages; number++) {
      for (const item of (await (await document.getPage(number)).getTextContent()).items) {
        if (!('str' in item)) continue;
        const place = `page ${number}, ${item.transform[4] < 297 ? 'left' : 'right'}`;
        for (const word of item.str.split(' ')) if (/\d/.test(word)) columns.set(word, place);
      }
    }
    expect(new Set(columns.values()).size).toBeGreaterThan(6);
    parts.forEach((_, i) => {
      expect(columns.get(`(${i + 1})`), `formula ${i}`).toBe(columns.get(`formula${i}:`));
      for (const row of i % 5 === 0 ? [0, 1, 2] : []) {
        expect(columns.get(String(9000 + i)), `table ${i}`).toBe(columns.get(`row${i}.${row}`));
      }
    });
  });

  it('breaks no line inside a value or a name', () => {
    const html = section(render('<p>P(dog) = 89.9 % at stride 10 [−0.5, 0.7] by ResNet-18</p>', {}, {}, []));
    expect(html).toContain(
      'P(dog)\u00a0=\u00a089.9\u00a0% at stride\u00a010 [−0.5,\u00a00.7] by <span class="whole">ResNet-18</span>',
    );
  });

  it('refuses letters that no font of the document has, in its words and in its figures', () => {
    expect(() => render('<p>狼</p>', {}, {}, [])).toThrow(/no font of the paper has 狼 \(U\+72FC\)/);
    expect(() => render('{{figure "one"}}', {}, {}, [figure('one', 'A caption 狼')])).toThrow(/狼/);
    const drawn = figure('one');
    Object.assign(drawn.figure.layout, { title: { text: '🐺' } });
    expect(() => render('{{figure "one"}}', {}, {}, [drawn])).toThrow(/🐺 \(U\+1F43A\)/);
  });

  it('shows numbers with their points under one another, and reads out their own digits alone', async () => {
    const numbers = alignOnPoint(['0.76', '−32.5', '100', '1.0']);
    expect(numbers.map(({ text, pad }) => text + pad)).toEqual(['0.76', '−32.50', '100.00', '1.00']);
    const words = `<table>{{#each numbers}}<tr>{{> number this}}</tr>{{/each}}</table>`;
    const { pdf } = await printDocument(render(words, {}, { numbers }, []), 'a4', new Date('2021-02-03T04:05:06Z'));
    const { items } = await (await (await openPdf(pdf)).getPage(1)).getTextContent();
    const shown = items.flatMap((item) => ('str' in item && /^−?[\d.]+$/.test(item.str) ? [item] : []));
    expect(shown.map(({ str }) => str)).toEqual(['0.76', '−32.5', '100', '1.0']);
    // Digits share one width, so the end of each number tells where its point is: two digits, one, none, one.
    const ends = shown.map(({ transform, width }) => transform[4] + width);
    const digit = ends[0]! - ends[1]!;
    expect(digit).toBeGreaterThan(3);
    expect(ends[3]).toBeCloseTo(ends[1]!, 1);
    expect(ends[0]! - ends[2]!).toBeGreaterThan(2 * digit);
  });

  it('asks for nothing outside itself', () => {
    const html = render('{{figure "one"}}', {}, {}, [figure('one')]);
    const markup = html.replace(/<script>[\s\S]*?<\/script>/g, '');
    expect(markup.match(/(?:src|href)\s*=\s*"(?!#|data:)[^"]*"/g)).toBeNull();
    expect(markup.match(/url\((?!data:)[^)]{0,60}/g)).toBeNull();
    expect(html).toContain(`default-src 'none'`);
  });
});
