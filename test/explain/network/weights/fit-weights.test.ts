import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { Checkpoint, StoredTensor } from '../../../../src/explain/network/weights/checkpoint';
import { fitWeights, type WeightRequest } from '../../../../src/explain/network/weights/fit-weights';
import { readCheckpoint, readWeights } from '../../../../src/explain/network/weights/read';
import { withRenaming } from '../../../../src/explain/network/weights/rename';
import type { GroupChoice } from '../../../../src/explain/network/weights/weight-groups';
import {
  call,
  dict,
  global,
  type Piece,
  pickle,
  storage,
  tensor,
  text,
  tuple,
  zipFile,
} from '../../../support/pickles';

/** A checkpoint whose tensors all hold their own number, by `key/name`. */
function checkpointOf(...names: readonly string[]): Checkpoint {
  const tensors = names.map((full, i): StoredTensor => {
    const [key, name] = full.includes('/') ? (full.split('/') as [string, string]) : ['', full];
    return { key, name, shape: name.endsWith('bias') ? [2] : [2, 3], place: String(i) };
  });
  return {
    format: 'made',
    tensors,
    unreadable: new Map(),
    bystanders: [],
    labels: [],
    architecture: null,
    notes: [],
    instead: '',
    read: (chosen) =>
      new Map([...chosen].map(([as, one]) => [as, { shape: one.shape, values: Float32Array.of(Number(one.place)) }])),
  };
}

const request: WeightRequest = {
  shapes: new Map([
    ['fc.weight', [2, 3]],
    ['fc.bias', [2]],
  ]),
};

/** Which of the checkpoint's tensors became `fc.weight` and `fc.bias`. */
function taken(checkpoint: Checkpoint, choice: GroupChoice = {}, more: Partial<WeightRequest> = {}): number[] {
  const { parameters } = fitWeights('w.pth', checkpoint, { ...request, ...more }, choice, 'fc with Test');
  return ['fc.weight', 'fc.bias'].map((name) => parameters.get(name)!.values[0]!);
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(WhylightError);
    return (error as Error).message;
  }
  return 'it was read';
}

const at = (start: string): string[] => [`${start}fc.weight`, `${start}fc.bias`];

describe('the group that fits whole is found', () => {
  test.each<[string, string[], number[]]>([
    ['at the top', at(''), [0, 1]],
    ['under any prefix', at('a.b_c.d.'), [0, 1]],
    ['in any dictionary', at('runs.best.weights/'), [0, 1]],
    ['in any dictionary under any prefix', at('x.y/m.n.'), [0, 1]],
    ['beside other dictionaries', ['optimizer.state/fc.weight', ...at('net/')], [1, 2]],
    ['beside other prefixes', ['state_dict/loss.weight', ...at('state_dict/model.')], [1, 2]],
    ['before an average of it', [...at('model_ema/'), ...at('model/')], [2, 3]],
    ['before an average of it, both prefixed', [...at('ema_model.module.'), ...at('model.module.')], [2, 3]],
    ['in a usual dictionary before others', [...at('teacher/'), ...at('state_dict/')], [2, 3]],
    ['even where it is an average, when nothing else is there', at('model_ema/module.'), [0, 1]],
    ['over dictionaries, one a layer', ['net.fc/weight', 'net.fc/bias'], [0, 1]],
  ])('%s', (_, names, expected) => expect(taken(checkpointOf(...names))).toEqual(expected));
});

describe('what might be meant twice is refused, and a choice decides', () => {
  const two = checkpointOf(...at('net_a/'), ...at('net_b/'), ...at('net_b/module.'));
  test('dictionaries', () => {
    expect(refusal(() => taken(checkpointOf(...at('net_a/'), ...at('net_b/'))))).toBe(
      "w.pth: it holds the network twice, at net_a and at net_b: choose one in a card (weights: { key: 'net_b', prefix: '' })",
    );
    expect(taken(two, { key: 'net_a' })).toEqual([0, 1]);
    expect(taken(two, { key: 'net_b', prefix: 'module.' })).toEqual([4, 5]);
  });

  test('prefixes', () => {
    const siamese = checkpointOf(...at('left.'), ...at('right.'));
    expect(refusal(() => taken(siamese))).toMatch(/at the top \(prefix left\.\) and at the top \(prefix right\.\)/);
    expect(taken(siamese, { prefix: 'right.' })).toEqual([2, 3]);
    expect(taken(siamese, { key: '', prefix: 'left.' })).toEqual([0, 1]);
  });

  test('a prefix need not end at a dot', () => {
    expect(taken(checkpointOf(...at('my_')), { prefix: 'my_' })).toEqual([0, 1]);
  });

  test.each<[GroupChoice, RegExp]>([
    [{ key: 'net_c' }, /^w\.pth: no tensors under the key net_c \(allowed: net_a, net_b\)$/],
    [{ prefix: 'x.' }, /^w\.pth: no tensor's name begins with the prefix x\.$/],
    [{ key: 'net_a', prefix: 'module.' }, /no tensor's name begins with the prefix module\./],
  ])('a choice of what is not there: %j', (choice, message) => {
    expect(refusal(() => taken(two, choice))).toMatch(message);
  });
});

describe('what fits nowhere is refused with what is wrong where it fits best', () => {
  test.each<[string, string[], string]>([
    ['missing', ['net/fc.weight'], 'w.pth, at net, does not fit fc with Test: missing: fc.bias'],
    ['extra', [...at(''), 'gate.bias'], 'w.pth does not fit fc with Test: not of this architecture: gate.bias'],
    [
      'both, under a prefix',
      ['m.fc.weight', 'm.fc.scale'],
      'w.pth, at the top (prefix m.), does not fit fc with Test: missing: fc.bias; not of this architecture: fc.scale',
    ],
    [
      'one name for two tensors',
      ['a/fc.weight', 'a.fc/weight', 'a/fc.bias'],
      'w.pth, at a, does not fit fc with Test: holds fc.weight twice',
    ],
  ])('%s', (_, names, message) => expect(refusal(() => taken(checkpointOf(...names)))).toBe(message));
});

describe('renaming', () => {
  const renamed = (name: string, rename: Record<string, string | null>) => withRenaming(rename)(name);
  test.each<[string, Record<string, string | null>, string | null]>([
    ['fc.1.weight', { 'fc.1.*': 'fc.*' }, 'fc.weight'],
    ['fc.1.a.weight', { 'fc.1.*': 'fc.*' }, 'fc.1.a.weight'],
    ['fc.1.a.weight', { 'fc.1.**': 'fc.**' }, 'fc.a.weight'],
    ['body.0.conv.weight', { 'body.*.**': 'layer*.**' }, 'layer0.conv.weight'],
    ['loss.weight', { 'loss.**': null }, null],
    ['conv1.weight', { 'loss.**': null }, 'conv1.weight'],
    ['a.b', { 'a.b': 'x', '**': 'y' }, 'x'],
    ['a+b.(c)', { 'a+b.(c)': 'x' }, 'x'],
    ['aab', { 'a+b': 'x' }, 'aab'],
    ['x'.repeat(201), { '**': 'y' }, 'x'.repeat(201)],
  ])('%s by %j', (name, rename, expected) => expect(renamed(name, rename)).toBe(expected));

  test.each<[Record<string, string | null>, RegExp]>([
    [{ 'a.*': 'b.*.*' }, /^rename: b\.\*\.\* has 2 stars, and a\.\* 1 \(allowed: no more than the pattern\)$/],
    [{ '**a**b**': 'x' }, /has too many stars \(allowed: up to 4, of which two are \*\*\)/],
    [{ '*.*.*.*.*': 'x' }, /has too many stars/],
  ])('%j is refused', (rename, message) => expect(refusal(() => withRenaming(rename))).toMatch(message));

  test('comes before the names that an architecture translates, and two weights of one name are refused', () => {
    const checkpoint = checkpointOf('head.weight', 'head.bias');
    const older = (name: string) => (name.startsWith('old.') ? name.replace('old.', 'fc.') : name);
    expect(taken(checkpoint, {}, { parameterName: withRenaming({ 'head.*': 'old.*' }, older) })).toEqual([0, 1]);
    const both = checkpointOf(...at(''), 'head.weight');
    expect(refusal(() => taken(both, {}, { parameterName: withRenaming({ 'head.*': 'fc.*' }) }))).toMatch(
      /holds fc\.weight twice/,
    );
    expect(taken(both, {}, { parameterName: withRenaming({ 'head.*': null }) })).toEqual([0, 1]);
  });
});

describe('pickles', () => {
  const bytes = (count: number) => new Uint8Array(4 * count);
  const one = tensor(storage('0', 2), [2], [1]);
  const file = (content: Piece) => zipFile(pickle(content), { 0: bytes(2) });

  test('one key twice in a dictionary is refused, whichever is the last', () => {
    const twice = dict([text('a'), one], [text('a'), one]);
    expect(refusal(() => readWeights(file(twice), 'w'))).toBe('cannot read the weights w: its pickle holds a twice');
    const inTwoSteps: Piece = [dict([text('a'), one]), text('a'), one, 's'];
    expect(refusal(() => readWeights(file(inTwoSteps), 'w'))).toMatch(/holds a twice/);
  });

  test('what is foreign beside the weights is inert', () => {
    const foreign = call(global('os', 'system'), text('exit'));
    const namespace: Piece = [global('argparse', 'Namespace'), tuple(), '\x81', dict([text('lr'), foreign]), 'b'];
    const content = dict([text('a'), one], [text('args'), namespace], [text('f'), foreign]);
    const checkpoint = readCheckpoint(file(content), 'w');
    expect(checkpoint.tensors.map(({ name }) => name)).toEqual(['a']);
    expect(checkpoint.bystanders).toEqual(['args', 'f']);
    expect(checkpoint.unreadable.get('f')).toBe('os.system');
  });

  test('a weight that something foreign makes is missing, with its maker', () => {
    const content = dict(
      [text('fc.weight'), tensor(storage('0', 6), [2, 3], [3, 1])],
      [text('fc.bias'), call(global('numpy', 'zeros'), text('2'))],
    );
    const checkpoint = readCheckpoint(zipFile(pickle(content), { 0: bytes(6) }), 'w');
    expect(refusal(() => fitWeights('w', checkpoint, request, {}, 'fc'))).toBe(
      'w does not fit fc: missing: fc.bias (fc.bias would be made by numpy.zeros, and nothing in a file is run)',
    );
  });

  test('several dictionaries, read without knowing for what, have to be chosen from', () => {
    const both = dict([text('one'), dict([text('a'), one])], [text('two'), dict([text('b'), one])]);
    expect(refusal(() => readWeights(file(both), 'w'))).toBe(
      "cannot read the weights w: weights lie at one and at two, and one has to be chosen (weights: { key: 'two', prefix: '' })",
    );
    const usual = dict([text('model'), dict([text('a'), one])], [text('two'), dict([text('b'), one])]);
    expect([...readWeights(file(usual), 'w').keys()]).toEqual(['a']);
  });

  test('objects that unfold without end are refused', () => {
    let list: Piece = [']', 'q\x00'];
    for (let i = 0; i < 19; i++)
      list = [list, '0](', `h${String.fromCharCode(i)}`.repeat(2), 'e', `q${String.fromCharCode(i + 1)}`];
    expect(refusal(() => readWeights(file(list), 'w'))).toMatch(/holds more than 500000 objects in one another/);
  });
});
