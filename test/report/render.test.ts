import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { printDocument } from '../../src/page/print';
import { parseBibliography } from '../../src/report/bibliography';
import { alignOnPoint } from '../../src/report/numbers';
import type { Block, Prose } from '../../src/report/prose/blocks';
import {
  bullets,
  cite,
  code,
  equation,
  figureBlock,
  figureNumber,
  heading,
  math,
  paragraph,
  prose,
  ref,
  table,
  tableRef,
} from '../../src/report/prose/make';
import { type ReportDocument, renderDocument } from '../../src/report/render';
import { openPdf } from '../support/pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-render-'));
afterAll(() => rmSync(folder, { recursive: true }));

const references = parseBibliography(`
  @misc{first, author = {Last, First}, title = {Never cited}, year = 2000}
  @misc{second, author = {Other, Some}, title = {A <b>bold</b> title}, year = 2001}
  @misc{third, author = {Third, A}, title = {Third}, year = 2002}`);

const figure = (id: string, caption = 'A caption', layout: object = { width: 300, height: 200 }) =>
  figureBlock(id, { data: [], layout: layout as Record<string, unknown>, alt: `what ${id} shows`, caption });

/** Renders one section of the given blocks. */
const render = (blocks: readonly Block[], more: Partial<ReportDocument> = {}) =>
  renderDocument({
    title: 'A title',
    authors: ['An Author'],
    page: 'a4',
    abstract: ['Nothing.'],
    sections: [{ name: 'results', title: 'Results', blocks }],
    references,
    ...more,
  });

const words = (...parts: Prose) => paragraph(parts);
const rows = (id: string, caption: string, texts: readonly string[] = []) =>
  table(id, caption, { columns: [{ title: 'head', kind: 'text' }], rows: texts.map((text) => [text]), long: true });
const date = new Date('2021-02-03T04:05:06Z');

const section = (html: string) => /<section class="results">([\s\S]*?)<\/section>/.exec(html)![1]!;

describe('renderDocument', () => {
  it('numbers figures in the order in which they stand, and cross-references follow', () => {
    const html = section(render([words(ref('two'), ' and ', ref('one')), figure('one'), figure('two')]));
    expect(html).toContain(
      '<a class="ref" href="#fig-two">Fig.&nbsp;2</a> and <a class="ref" href="#fig-one">Fig.&nbsp;1</a>',
    );
    expect(html).toMatch(/id="fig-one"[\s\S]*Fig\. 1\.[\s\S]*id="fig-two"[\s\S]*Fig\. 2\./);
    expect(html).toContain('aria-label="what one shows"');
  });

  it.each([
    ['a reference to a figure that is not there', [words(ref('three'))], /refers to figure three/],
    ['the same inside what stays together', [words({ inline: 'unbroken', prose: [ref('three')] })], /figure three/],
    ['a reference to a table that is not there', [words(tableRef('c'))], /refers to table c/],
    [
      'the same in a cell',
      [table('a', 'A', { columns: [{ title: '', kind: 'text' }], rows: [[[tableRef('c')]]] })],
      /table c/,
    ],
    ['a citation that the bibliography lacks', [words(cite('nobody2020'))], /cites nobody2020/],
    ['an equation that KaTeX cannot set', [words(math('\\frac{1'))], /KaTeX/],
    ['two figures of one name', [figure('one'), figure('one')], /two figures of the report are called one/],
    ['two tables of one name', [rows('a', 'A'), rows('a', 'B')], /two tables of the report are called a/],
    ['two headings of one label', [heading('One', 'C1'), heading('Two', 'C1')], /two headings .* called C1/],
    ['a letter that is taken', [heading('One', 'A'), heading('Two')], /two headings .* called A/],
    [
      'a figure that is wider than a column',
      [figure('one', 'A caption', { width: 420, height: 200 })],
      /figure one is 420 px wide \(allowed: up to 332 px/,
    ],
  ])('refuses %s', (_, blocks, message) => {
    expect(() => render(blocks as readonly Block[])).toThrow(message);
  });

  it('names a figure by its id in a list of figures where its section is left out', () => {
    expect(section(render([words(figureNumber('one'))]))).toContain('<p>one</p>');
    expect(section(render([words(figureNumber('one')), figure('one')]))).toContain(
      '<a class="ref" href="#fig-one">1</a>',
    );
  });

  it('letters the headings of each section anew, but those with a label of their own', () => {
    const headings = (count: number) => Array.from({ length: count }, (_, i) => heading(`Part ${i}`));
    const html = section(render([...headings(27), heading('A claim', 'C1'), heading('Last')]));
    expect([...html.matchAll(/<h3>(\w+)\. /g)].map(([, label]) => label)).toEqual([
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
      'AA',
      'C1',
      'AB',
    ]);
    const two = { name: 'discussion', title: 'Discussion', blocks: headings(1) };
    const both = render([], { sections: [{ name: 'results', title: 'Results', blocks: headings(1) }, two] });
    expect(both.match(/<h3>A\. Part 0/g)).toHaveLength(2);
  });

  it('numbers tables in their order, wherever a text refers to them', () => {
    const html = section(render([words(tableRef('b')), rows('a', 'First'), rows('b', 'Second')]));
    expect(html).toContain('<a class="ref" href="#table-b">Table&nbsp;II</a>');
  });

  it('lists only what is cited, in the order of citation', () => {
    const html = render([words(cite('third'), ' ', cite('second', 'third'))]);
    expect(section(html)).toBe(
      '\n<h2>I. Results</h2>\n<p><a class="ref" href="#ref-1">[1]</a> <a class="ref" href="#ref-2">[2]</a>, <a class="ref" href="#ref-1">[1]</a></p>\n',
    );
    expect(html).toContain('<li id="ref-1">A. Third');
    expect(html).toContain('<li id="ref-2">S. Other, “A &lt;b&gt;bold&lt;/b&gt; title,” 2001.</li>');
    expect(html).not.toContain('Never cited');
  });

  it('escapes what a study says: tags, quotes, ends of scripts and Handlebars braces stay text', () => {
    const hostile = `<script>alert(1)</script> {{count}} "quoted" </figcaption>`;
    const cells = table('t', hostile, { columns: [{ title: hostile, kind: 'number' }], rows: [[hostile]] });
    const html = render([words(hostile), figure('one', hostile), cells, bullets([[hostile]]), words(code(hostile))], {
      title: hostile,
      authors: [hostile],
      abstract: [hostile],
      terms: [hostile],
    });
    const text = '&lt;script&gt;alert(1)&lt;/script&gt; {{count}} &quot;quoted&quot; &lt;/figcaption&gt;';
    expect(html.replaceAll('\u00ad', '').split(text).length - 1).toBe(12);
    expect(html).not.toContain('<script>alert');
  });

  it('fails in print where a formula runs into its number', async () => {
    const print = (formula: string) => printDocument(render([equation(formula)]), 'a4', date);
    await expect(print(`x = ${'1 + '.repeat(40)}1`)).rejects.toThrow(/equation \(1\) is too wide for a column/);
    expect((await print('x = 1')).pdf.length).toBeGreaterThan(0);
  });

  it('keeps what belongs together in one column, wherever the columns end', async () => {
    const tableAt = (i: number) => i % 5 === 0;
    const blocks = Array.from({ length: 60 }, (_, i) => [
      words(`A sentence that fills a line and then some, so that it has two, ends with a formula${i}:`),
      equation('x'),
      words('And some more words of no weight at all. '.repeat(1 + (i % 5))),
      ...(tableAt(i)
        ? [
            rows(
              `t${i}`,
              String(9000 + i),
              Array.from({ length: i % 2 === 0 ? 4 : 26 }, (_, row) => `row${i}.${row}`),
            ),
          ]
        : []),
    ]);
    const { pdf } = await printDocument(render(blocks.flat()), 'a4', date);
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
    blocks.forEach((_, i) => {
      expect(columns.get(`(${i + 1})`), `formula ${i}`).toBe(columns.get(`formula${i}:`));
      for (const row of tableAt(i) ? [0, 1, 2] : []) {
        expect(columns.get(String(9000 + i)), `table ${i}`).toBe(columns.get(`row${i}.${row}`));
      }
    });
  });

  it('breaks no line inside a value or a name', () => {
    const html = section(render([words('P(dog) = 89.9 % at stride 10 [−0.5, 0.7] by ResNet-18')]));
    expect(html).toContain(
      'P(dog)\u00a0=\u00a089.9\u00a0% at stride\u00a010 [−0.5,\u00a00.7] by <span class="whole">ResNet-18</span>',
    );
  });

  it('refuses letters that no font of the document has, in its words and in its figures', () => {
    expect(() => render([words('狼')])).toThrow(/no font of the paper has 狼 \(U\+72FC\)/);
    expect(() => render([figure('one', 'A caption 狼')])).toThrow(/狼/);
    const drawn = figure('one', 'A caption', { width: 300, height: 200, title: { text: '🐺' } });
    expect(() => render([drawn])).toThrow(/🐺 \(U\+1F43A\)/);
  });

  it('shows numbers with their points under one another, and reads out their own digits alone', async () => {
    const texts = ['0.76', '−32.5', '100', '1.0'];
    expect(alignOnPoint(texts).map(({ text, pad }) => text + pad)).toEqual(['0.76', '−32.50', '100.00', '1.00']);
    const columns = [{ title: '', kind: 'number' as const }];
    const numbers = table('numbers', 'Numbers', { columns, rows: texts.map((text) => [text]) });
    const { pdf } = await printDocument(render([numbers]), 'a4', date);
    const { items } = await (await (await openPdf(pdf)).getPage(1)).getTextContent();
    const shown = items.flatMap((item) => ('str' in item && /^−?[\d.]+$/.test(item.str) ? [item] : []));
    expect(shown.map(({ str }) => str)).toEqual(texts);
    // Digits share one width, so the end of each number tells where its point is: two digits, one, none, one.
    const ends = shown.map(({ transform, width }) => transform[4] + width);
    const digit = ends[0]! - ends[1]!;
    expect(digit).toBeGreaterThan(3);
    expect(ends[3]).toBeCloseTo(ends[1]!, 1);
    expect(ends[0]! - ends[2]!).toBeGreaterThan(2 * digit);
  });

  it('asks for nothing outside itself', () => {
    const html = render([figure('one')]);
    const markup = html.replace(/<script>[\s\S]*?<\/script>/g, '');
    expect(markup.match(/(?:src|href)\s*=\s*"(?!#|data:)[^"]*"/g)).toBeNull();
    expect(markup.match(/url\((?!data:)[^)]{0,60}/g)).toBeNull();
    expect(html).toContain(`default-src 'none'`);
  });
});

describe('templates of a person’s own', () => {
  const place = (name: string, files: Readonly<Record<string, string>>) => {
    const own = mkdtempSync(path.join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(own, file), text);
    return own;
  };

  it('change the look, and the project’s stand in for the rest', () => {
    const template = place('look', {
      'figure.hbs': '<figure id="fig-{{id}}"><div data-figure="{{id}}"></div>Picture {{number}}: {{caption}}</figure>',
      'paper.css': 'body { color: teal }',
    });
    const html = render([paragraph(prose`See ${ref('one')}`), figure('one')], { template });
    expect(html).toContain('Picture 1: A caption</figure>');
    expect(html).toContain('body { color: teal }');
    expect(html).not.toContain('figcaption { font-size');
    expect(html).toContain('<h2>I. Results</h2>');
  });

  it.each([
    [
      'a file that is none',
      { 'papper.hbs': '' },
      /unknown template: .*papper\.hbs \(allowed: paper\.hbs, section\.hbs/,
    ],
    ['a value that is not there', { 'figure.hbs': '{{nummer}}' }, /^template figure\.hbs: "nummer" not defined/],
    ['a block that never ends', { 'section.hbs': '{{#if title}}' }, /^template section\.hbs: Parse error/],
  ])('are refused by name with %s', (_, files, message) => {
    expect(() => render([figure('one')], { template: place('broken', files as Record<string, string>) })).toThrow(
      message,
    );
  });

  it('are refused where the folder is not there', () => {
    expect(() => render([], { template: path.join(folder, 'none') })).toThrow(
      /no folder of templates: .*none \(allowed/,
    );
  });
});
