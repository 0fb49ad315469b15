import { expect, test } from 'vitest';
import { type Description, describe, describedNetwork } from '../../../../src/explain/network/foreign/describe';
import type { ForeignNetwork } from '../../../../src/explain/network/foreign/foreign-network';

const file: ForeignNetwork = {
  format: 'a format',
  graph: [],
  parameters: new Map(),
  camNode: null,
  inputShape: [20, 30, 3],
  outputs: 2,
  ending: null,
  labels: null,
  preprocessing: null,
  weightsSha256: '0'.repeat(64),
  notes: [],
};
const usual = { scale: 'imagenet', fit: 'crop', custom: 'torchvision' } as const;

const described = (own: Partial<ForeignNetwork>, said: Description = {}, kind = usual) =>
  describe({ ...file, ...own }, { usual: kind }, '/nowhere/model.onnx', said);

const network = async (...args: Parameters<typeof described>) =>
  describedNetwork({ ...file, ...args[0] }, await described(...args));

test('what nobody says is assumed, and each assumption is a sentence', async () => {
  const { assumptions, ...made } = await network({});
  expect(made).toMatchObject({
    output: 'softmax',
    classes: ['class 0', 'class 1'],
    preprocessing: {
      resize: [20, 30],
      crop: [20, 30],
      fit: 'crop',
      channels: 'rgb',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    },
  });
  expect(assumptions).toEqual([
    'of a photo it sees the middle, as large as fits 20×30 (fit: pad or stretch, if not)',
    'its channels are taken for red, green, blue in this order',
    'its pixels are scaled as torchvision usually does: ImageNet’s mean and standard deviation (scale)',
    'its 2 outputs are taken for logits of classes of which one is right (output: multilabel or linear, if not)',
    'it names no labels: they are called class 0 to class 1',
  ]);
});

test('nothing is assumed where all is said', async () => {
  const preprocessing = { fit: 'pad', channels: 'bgr', scale: '0-255' } as const;
  const made = await network({}, { output: 'multilabel', classes: ['a', 'b'], preprocessing });
  expect(made.assumptions).toBeUndefined();
  expect(made.preprocessing).toMatchObject({
    fit: 'pad',
    channels: 'bgr',
    mean: [0, 0, 0],
    std: [1 / 255, 1 / 255, 1 / 255],
  });
});

test('what the file says is no assumption', async () => {
  const said = {
    ending: 'softmax',
    labels: ['leaf', 'rust'],
    preprocessing: { channels: 'bgr', mean: [0.5], std: [0.25] },
  } as const;
  const { output, classes, scale, channels } = await described(said);
  expect([output, classes, scale, channels]).toEqual([
    { value: 'softmax', assumption: null, source: 'the file' },
    { value: ['leaf', 'rust'], assumption: null, source: 'the file' },
    { value: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }, assumption: null, source: 'the file' },
    { value: 'bgr', assumption: null, source: 'the file' },
  ]);
});

test.each<[ForeignNetwork['ending'], number, string, readonly string[]]>([
  ['softmax', 3, 'softmax', ['class 0', 'class 1', 'class 2']],
  ['sigmoid', 1, 'sigmoid', ['negative', 'positive']],
  ['sigmoid', 2, 'multilabel', ['label 0', 'label 1']],
  [null, 1, 'linear', ['value']],
  [null, 3, 'softmax', ['class 0', 'class 1', 'class 2']],
])('an ending of %s with %d outputs is %s', async (ending, outputs, output, classes) => {
  expect(await network({ ending, outputs })).toMatchObject({ output, classes });
});

test('one channel is grey, on the 0–1 scale', async () => {
  const { preprocessing, assumptions } = await network({ inputShape: [20, 30, 1] });
  expect(preprocessing).toMatchObject({ channels: 'grey', mean: [0], std: [1] });
  expect(assumptions!.join()).not.toContain('channels');
});

test.each<[string, Partial<ForeignNetwork>, Description, string]>([
  [
    'four channels',
    { inputShape: [20, 30, 4] },
    {},
    'it takes 4 channels (allowed: 1, grey, or 3, red, green and blue)',
  ],
  [
    'grey said of three',
    {},
    { preprocessing: { channels: 'grey' } },
    'it takes 3 channels, and they are said to be grey',
  ],
  [
    'colour said of one',
    { inputShape: [9, 9, 1] },
    { preprocessing: { channels: 'rgb' } },
    'it takes 1 channel, and they are said to be rgb',
  ],
  [
    'softmax over one',
    { ending: 'softmax', outputs: 1 },
    {},
    'it ends in a softmax over one output, which always answers 1',
  ],
  [
    'another output than its ending',
    { ending: 'sigmoid', outputs: 1 },
    { output: 'linear' },
    'it ends in sigmoid, and its output is said to be linear (allowed: sigmoid, multilabel)',
  ],
  [
    'a sigmoid head of two',
    {},
    { output: 'sigmoid' },
    'it has 2 outputs, and a sigmoid head has one (allowed: multilabel)',
  ],
  ['too few labels', {}, { classes: ['a'] }, 'it has 2 classes, and 1 label is given'],
  ['another size', {}, { preprocessing: { crop: 224 } }, 'it takes 20×30 px, and its card crops to 224×224'],
])('%s is refused', async (_, own, said, message) => {
  await expect(described(own, said)).rejects.toThrow(message);
});

test('where photos are usually pulled to the input, they are', async () => {
  const { placing } = await described({}, {}, { scale: '0-1', fit: 'stretch', custom: 'Keras' } as never);
  expect(placing).toMatchObject({
    value: { resize: [20, 30], crop: [20, 30], fit: 'stretch' },
    assumption: 'a photo is pulled to 20×30, as Keras usually does (fit: crop or pad, if not)',
  });
});
