import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { methodsPage } from '../scripts/methods-page.mjs';
import { catalogue, views } from '../src/explain/methods/catalogue';

test('docs/methods.md says what the methods are: npm run docs makes it again', () => {
  const page = readFileSync(path.resolve(__dirname, '../docs/methods.md'), 'utf8');
  // What the pictures show takes every method and Chromium to say.
  const words = new Map(
    [...page.matchAll(/^!\[[^:\]]+: (.*)\]\(pictures\/method-(.+)\.png\)$/gm)].map(([, said, name]) => [name!, said!]),
  );
  const network = /in the network `(.+?)`/.exec(page)?.[1] ?? '';
  const made = methodsPage({ methods: catalogue, views, network, words: (name) => words.get(name) ?? '' });
  expect(page).toBe(made);
});
