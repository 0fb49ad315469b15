import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { housePicture } from '../scripts/house-picture.mjs';
import { measuresPage } from '../scripts/measures-page.mjs';
import { methodsPage } from '../scripts/methods-page.mjs';
import { measures } from '../src/explain/measures';
import { baselines } from '../src/explain/measures/baselines';
import { baselineKnowledge } from '../src/explain/measures/baselines/define-baseline';
import { measureQuestions } from '../src/explain/measures/define-measure';
import { methods, views } from '../src/explain/methods';
import { describeOptions } from '../src/explain/methods/method-options';
import { referenceText } from '../src/report/bibliography';
import { inWords } from '../src/report/prose/grammar';

const read = (file: string) => readFileSync(path.resolve(__dirname, '..', file), 'utf8');

test('docs/methods.md says what the methods are: npm run docs makes it again', () => {
  const page = read('docs/methods.md');
  // What the pictures show takes every method and Chromium to say.
  const words = new Map(
    [...page.matchAll(/^!\[[^:\]]+: (.*)\]\(pictures\/method-(.+)\.png\)$/gm)].map(([, said, name]) => [name!, said!]),
  );
  const network = /in the network `(.+?)`/.exec(page)?.[1] ?? '';
  const said = (name: string) => words.get(name) ?? '';
  const shown = { methods, views, network, words: said, optionRows: describeOptions, referenceText };
  expect(page).toBe(methodsPage(shown));
});

test('docs/measures.md says what the measures are: npm run docs makes it again', () => {
  const shown = { measures, questions: measureQuestions, baselines, knowledge: baselineKnowledge };
  expect(read('docs/measures.md')).toBe(measuresPage({ ...shown, optionRows: describeOptions, referenceText }));
});

test('README.md and lesson 6 count the methods as they are', () => {
  const count = { 18: 'eighteen', 19: 'nineteen', 20: 'twenty' }[methods.length] ?? String(methods.length);
  expect(read('README.md')).toContain(`all ${count} methods and ${inWords(views.length)} views of the network`);
  expect(read('notebooks/06-the-whole-family.ipynb').toLowerCase()).toContain(`${count} methods ask`);
});

test('docs/pictures/house.svg shows the rooms as they are: npm run docs makes it again', () => {
  expect(read('docs/pictures/house.svg')).toBe(housePicture());
});
