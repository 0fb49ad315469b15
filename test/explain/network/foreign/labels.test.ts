import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  hasTeachableLabels,
  labelsBeside,
  labelsFromText,
  readLabels,
} from '../../../../src/explain/network/foreign/labels';

const folder = mkdtempSync(path.join(tmpdir(), 'whylight-labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

function save(content: string | Uint8Array, name = 'labels.txt'): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

test.each([
  ['one a line', 'cat\ndog\n'],
  ['empty lines at the end', 'cat\ndog\n\n \n'],
  ['lines of Windows, with a byte order mark', '\ufeffcat\r\ndog\r\n'],
  ['Teachable Machine’s numbers before them', '0 cat\n1 dog\n'],
  ['numbers with colons', '0: cat\n1: dog'],
  ['a JSON list', '["cat", "dog"]'],
  ['Teachable Machine’s metadata', '{"tfjsVersion": "1.3.1", "labels": ["cat", "dog"], "imageSize": 224}'],
  ['indices', '{"1": "dog", "0": "cat"}'],
  ['ImageNet’s indices', '{"0": ["n02123045", "cat"], "1": ["n02110341", "dog"]}'],
  ['Keras’ class_indices', '{"dog": 1, "cat": 0}'],
  ['id2label', '{"id2label": {"0": "cat", "1": "dog"}, "model_type": "vit"}'],
])('%s', async (_, content) => {
  expect(await readLabels(save(content))).toEqual(['cat', 'dog']);
});

test('labels that begin with a number keep it', async () => {
  expect(await readLabels(save('3 wise monkeys\n1 dog\n'))).toEqual(['3 wise monkeys', '1 dog']);
  expect(await readLabels(save('0\n1\n'))).toEqual(['0', '1']);
});

test.each([
  ['an empty file', '', /labels\.txt: it is empty/],
  ['an empty line', 'cat\n\ndog', /labels\.txt: line 2 is empty/],
  ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]), /labels\.txt: it is not text/],
  ['broken JSON', '["cat", ', /labels\.txt is no JSON/],
  ['JSON of something else', '{"a": {"b": 1}}', /labels\.txt: no labels in it \(allowed: /],
  ['indices with a gap', '{"0": "cat", "2": "dog"}', /labels\.txt: no labels in it/],
  ['labels that are no text', '[1, 2]', /labels\.txt: no labels in it/],
])('%s is refused', async (_, content, message) => {
  await expect(readLabels(save(content))).rejects.toThrow(message);
});

test('text is a list where no file is called so', async () => {
  expect(await labelsFromText('cat, dog')).toEqual(['cat', 'dog']);
  expect(await labelsFromText(save('ant\nbee\n'))).toEqual(['ant', 'bee']);
  await expect(labelsFromText('cat')).rejects.toThrow(
    'unusable labels: cat (allowed: a file with one a line, or a,b,c)',
  );
});

test('Teachable Machine’s labels are told by their numbers', async () => {
  const model = path.join(folder, 'keras_model.h5');
  save('0 cat\n1 dog\n\n');
  expect(await hasTeachableLabels(model)).toBe(true);
  save('cat\ndog\n');
  expect(await hasTeachableLabels(model)).toBe(false);
  expect(await hasTeachableLabels('/nowhere/keras_model.h5')).toBe(false);
});

test('labels beside a file count where there are as many as it wants', async () => {
  save('ant\nbee\n');
  const model = path.join(folder, 'model.onnx');
  expect(await labelsBeside(model, 2)).toEqual({ labels: ['ant', 'bee'], name: 'labels.txt' });
  expect(await labelsBeside(model, 3)).toBeNull();
  save('{"labels": ["a", "b", "c"]}', 'metadata.json');
  expect(await labelsBeside(model, 3)).toEqual({ labels: ['a', 'b', 'c'], name: 'metadata.json' });
});
