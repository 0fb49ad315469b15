import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WhylightError } from '../../../src/explain/errors';
import { listCards, readCard } from '../../../src/explain/network/card';
import { project } from '../../support/command';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-card-'));
});
afterAll(() => rm(folder, { recursive: true }));

const own = `title: My dogs and wolves
architecture: resnet18
weights:
  file: mine.pth
  sha256: '0123abcd'
  url: https://example.org/mine.pth
preprocessing:
  resize: 256
  crop: [224, 192]
  mean: [0.485, 0.456, 0.406]
  std: [0.229, 0.224, 0.225]
output: softmax
classes: [dog, wolf]
`;

async function card(text: string | Uint8Array): Promise<string> {
  const file = path.join(folder, 'mine.yaml');
  await writeFile(file, text);
  return file;
}

async function refusal(text: string | Uint8Array): Promise<string> {
  const error = await readCard(await card(text)).then(
    () => new Error('it was read'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

test('every card of the project parses and is listed', async () => {
  const files = readdirSync(path.join(project, 'networks')).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(5);
  const listed = (await listCards()).map(({ name }) => `${name}.yaml`);
  expect([...listed].sort()).toEqual(files.sort());
});

test('a person’s own card is read', async () => {
  const file = await card(own);
  expect(await readCard(file)).toMatchObject({
    name: 'mine',
    path: file,
    architecture: 'resnet18',
    weights: { file: 'mine.pth', sha256: '0123abcd', url: 'https://example.org/mine.pth' },
    preprocessing: { resize: 256, crop: [224, 192] },
    classes: ['dog', 'wolf'],
  });
  expect(await readCard(await card(own.replace(/ {2}url.*\n/, '')))).toMatchObject({ weights: { url: null } });
  expect(await readCard(await card(own.replace('resize: 256', 'resize: null')))).toMatchObject({
    preprocessing: { resize: null },
  });
});

test.each<[string, string, string, RegExp | string]>([
  [
    'an unknown architecture',
    'resnet18',
    'vgg17',
    /^mine\.yaml: line 2: architecture vgg17: not known \(allowed: resnet18, .*vgg16_bn.* more; did you mean: vgg11, /,
  ],
  [
    'a key that is missing',
    'title: My dogs and wolves\n',
    '',
    'mine.yaml: title: missing (allowed: a text, in quotes where it looks like a number)',
  ],
  [
    'a key that is missing inside another',
    "  sha256: '0123abcd'\n",
    '',
    /^mine\.yaml: line 3: weights\.sha256: missing \(allowed: a text/,
  ],
  [
    'an unknown key',
    'output: softmax',
    'output: softmax\nlicense: MIT',
    /^mine\.yaml: line 13: card: unknown key license \(allowed: title, architecture, weights, .*licence\)$/,
  ],
  [
    'an unknown key inside another',
    '  file: mine.pth',
    '  fiel: x\n  file: mine.pth',
    'mine.yaml: line 4: weights: unknown key fiel (allowed: file, sha256, url, wheel, key, prefix, rename, batchNormEpsilon)',
  ],
  [
    'an unknown key of a file with classes',
    '[dog, wolf]',
    "{ file: a.txt, sha256: '12345678', from: b }",
    'mine.yaml: line 13: classes: unknown key from (allowed: file, sha256, url, wheel)',
  ],
  [
    'a checksum of letters',
    "'0123abcd'",
    "'not hex!'",
    'mine.yaml: line 5: weights.sha256 not hex!: unusable (allowed: 8 to 64 hex digits)',
  ],
  [
    'a checksum that YAML takes for a number',
    "'0123abcd'",
    '12345678',
    'mine.yaml: line 5: weights.sha256 12345678: unusable (allowed: a text, in quotes where it looks like a number)',
  ],
  [
    'a file in another folder',
    'file: mine.pth',
    'file: ../../mine.pth',
    'mine.yaml: line 4: weights.file ../../mine.pth: unusable (allowed: a file name without a folder)',
  ],
  [
    'an address that is none',
    'https://example.org/mine.pth',
    'somewhere',
    'mine.yaml: line 6: weights.url somewhere: unusable (allowed: an http or https address, or null)',
  ],
  [
    'an address of a file',
    'https://example.org/mine.pth',
    'file:///etc/passwd',
    /^mine\.yaml: line 6: weights\.url file:\/\/\/etc\/passwd: unusable \(allowed: an http or https address/,
  ],
  ['a crop of nothing', '[224, 192]', '0', /^mine\.yaml: line 9: preprocessing\.crop 0: unusable \(allowed: .*from 1/],
  [
    'a crop with a broken length',
    '[224, 192]',
    '[224, 1.5]',
    /^mine\.yaml: line 9: preprocessing\.crop\.1 1\.5: unusable \(allowed: .*whole number/,
  ],
  [
    'a crop beyond all bounds',
    '[224, 192]',
    '100000',
    /^mine\.yaml: line 9: preprocessing\.crop 100000: unusable \(allowed: .*up to 4096/,
  ],
  [
    'a crop in words',
    '[224, 192]',
    'large',
    /^mine\.yaml: line 9: preprocessing\.crop large: unusable \(allowed: a .*number; or a list\)$/,
  ],
  [
    'three lengths of a crop',
    '[224, 192]',
    '[224, 192, 3]',
    'mine.yaml: line 9: preprocessing.crop: unusable (allowed: a list of 2)',
  ],
  [
    'two means',
    '[0.485, 0.456, 0.406]',
    '[0.485, 0.456]',
    'mine.yaml: line 10: preprocessing.mean: unusable (allowed: a list of 3; or one number)',
  ],
  [
    'a mean in words',
    '[0.485, 0.456, 0.406]',
    '[0.485, grey, 0.406]',
    'mine.yaml: line 10: preprocessing.mean.1 grey: unusable (allowed: a number)',
  ],
  [
    'a deviation of 0',
    '[0.229, 0.224, 0.225]',
    '[0.229, 0, 0.225]',
    'mine.yaml: line 11: preprocessing.std.1 0: unusable (allowed: above 0)',
  ],
  [
    'an infinite deviation',
    '[0.229, 0.224, 0.225]',
    '[0.229, .inf, 0.225]',
    /^mine\.yaml: line 11: preprocessing\.std\.1.*unusable \(allowed: above 0\)/,
  ],
  [
    'an unknown output',
    'output: softmax',
    'output: relu',
    'mine.yaml: line 12: output relu: not known (allowed: softmax, sigmoid, multilabel, linear)',
  ],
  ['one class', '[dog, wolf]', '[dog]', 'mine.yaml: line 13: classes: unusable (allowed: a list of at least 2)'],
  [
    'a class without a name',
    '[dog, wolf]',
    "[dog, '']",
    /^mine\.yaml: line 13: classes\.1 ?: unusable \(allowed: a text that is not empty\)/,
  ],
  [
    'a class that YAML takes for something else',
    '[dog, wolf]',
    '[yes, 7]',
    'mine.yaml: line 13: classes.1 7: unusable (allowed: a text, in quotes where it looks like a number)',
  ],
  [
    'classes in one text',
    '[dog, wolf]',
    'dog wolf',
    /^mine\.yaml: line 13: classes dog wolf: unusable \(allowed: a list; or keys and values\)$/,
  ],
  [
    'a class file without its checksum',
    '[dog, wolf]',
    '{ file: a.txt }',
    /^mine\.yaml: line 13: classes\.sha256: missing/,
  ],
  [
    'a key twice',
    'output: softmax',
    'output: softmax\noutput: sigmoid',
    /^mine\.yaml: line 13: the key output is there twice$/,
  ],
  ['an indent that fits nothing', '  crop', ' crop', /^mine\.yaml: .* at line 9/],
])('%s', async (_, from, to, message) => {
  expect(own).toContain(from);
  const said = await refusal(own.replace(from, to));
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['nothing', '', /^mine\.yaml: the file is empty \(allowed: a network card \(\.yaml\)/],
  ['a list', '- a\n- b\n', /^mine\.yaml: card: unusable \(allowed: keys and values\)$/],
  ['a word', 'resnet18', /^mine\.yaml: card resnet18: unusable \(allowed: keys and values\)$/],
  ['two documents', `${own}---\n${own}`, /^mine\.yaml: .*multiple documents/],
  ['bytes', Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 256), /^mine\.yaml: /],
  [
    'aliases that unfold without end',
    `a: &a [x, x]\n${Array.from({ length: 30 }, (_, i) => `${'bcdefghijklmnopqrstuvwxyzABCDEF'[i]}: &${'bcdefghijklmnopqrstuvwxyzABCDEF'[i]} [${Array(9).fill(`*${'abcdefghijklmnopqrstuvwxyzABCDEF'[i]}`).join(', ')}]`).join('\n')}\n`,
    /^mine\.yaml: \d+ values or more, aliases unfolded \(allowed: up to 100000\)$/,
  ],
  ['a key of control characters', `"a\\n\\e[31mb": 1\n${own}`, /^mine\.yaml: line 1: card: unknown key a\?\?\[31mb/],
])('a card of %s', async (_, text, message) => {
  expect(await refusal(text)).toMatch(message);
});

test('a card that is not there', async () => {
  await expect(readCard(path.join(folder, 'absent.yaml'))).rejects.toThrow(/^no such network card: .*absent\.yaml$/);
  await expect(readCard('resnet19')).rejects.toThrow(
    /^unknown network: resnet19 \(known: alexnet, .*; or a file: a card or a network; did you mean: resnet\d+.*\)$/,
  );
});
