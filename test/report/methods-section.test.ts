import { expect, test } from 'vitest';
import { methods as everyMethod } from '../../src/explain/methods';
import { printDocument } from '../../src/page/print';
import { bibliography } from '../../src/report/bibliography';
import { renderDocument } from '../../src/report/render';
import { methods } from '../../src/report/sections/methods';
import type { PaperContext } from '../../src/report/sections/section';
import { mapOf } from '../support/attributions';
import { blockText } from '../support/prose';

/** All that the section asks of a paper that shows maps by these methods. */
const paperOf = (names: readonly string[]) =>
  ({
    figures: [
      {
        entry: { kind: 'methods' },
        maps: names.map((method) => mapOf([0], 1, 1, { method })),
        networks: [],
        photo: {},
      },
    ],
    claims: null,
  }) as unknown as PaperContext;

test('every method has its sentence, formula and citation, and each formula fits a column', async () => {
  const blocks = methods.blocks(paperOf(everyMethod.map(({ name }) => name)));
  for (const { title, text, citation, sentence } of everyMethod) {
    expect(blockText(blocks)).toContain(text === undefined ? `${title} <${citation}> ${sentence}` : `${title}\n`);
    expect(blockText(blocks)).toContain(`<${citation}>`);
  }
  const references = bibliography(everyMethod.map(({ bibtex }) => bibtex));
  const sections = [{ name: 'methods', title: 'Methods', blocks }];
  const html = renderDocument({ title: 'T', authors: ['A'], page: 'a4', abstract: ['A.'], sections, references });
  expect((await printDocument(html, 'a4', new Date(0))).pdf.length).toBeGreaterThan(0);
});

test('signs are defined where a formula has them', () => {
  const said = (...names: string[]) => blockText(methods.blocks(paperOf(names)));
  expect(said('rise')).toContain('be the probability of class');
  expect(said('rise')).not.toContain('be the score');
  expect(said('layer-cam')).toMatch(/be the score .* be the value of channel/s);
  expect(said('deconvolution')).not.toMatch(/^Let/);
});
