import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { Parameter } from '../../../../src/explain/network/network';
import { readWeights } from '../../../../src/explain/network/weights/read';
import { readZip } from '../../../../src/explain/network/weights/zip';
import { seededRandom } from '../../../../src/explain/random';
import {
  bytesOf,
  call,
  dict,
  global,
  legacyFile,
  type Piece,
  pickle,
  storage,
  tensor,
  text,
  tuple,
  whole,
  zipFile,
} from '../../../support/pickles';

const folder = path.join(__dirname, '../../../golden/weights');
const bytesIn = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)));

/** Reads what may be damaged: sound parameters or one line, never anything else. Returns the line, or null. */
function outcome(bytes: Uint8Array): string | null {
  let parameters: Map<string, Parameter>;
  try {
    parameters = readWeights(bytes, 'weights');
  } catch (error) {
    expect(error).toBeInstanceOf(WhylightError);
    const { message } = error as WhylightError;
    expect(message).not.toMatch(/[\n\r]/);
    expect(message.length).toBeLessThan(1000);
    return message;
  }
  let total = 0;
  for (const { shape, values } of parameters.values()) {
    expect(values).toHaveLength(shape.reduce((product, length) => product * length, 1));
    total += values.length;
  }
  expect(total).toBeLessThan(2 ** 20 + 3 * bytes.length);
  return null;
}

const files = ['plain.pth', 'plain-legacy.pth', 'plain.safetensors', 'deflated.pth', 'wrapped-legacy.pth'];

describe.each(files)('%s', (name) => {
  const bytes = bytesIn(name);

  test('cut off at any length is refused', () => {
    for (let length = 0; length < bytes.length; length += 1 + (length % 3)) {
      expect(outcome(bytes.subarray(0, length)), `${length} bytes`).not.toBeNull();
    }
  });

  test('with bytes changed at random is sound or refused', () => {
    const random = seededRandom(1);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const changed = bytes.slice();
      const count = 1 + Math.floor(random() * random() * 12);
      for (let i = 0; i < count; i++) {
        const at = Math.floor(random() * changed.length);
        changed[at] = random() < 0.5 ? changed[at]! ^ (1 << Math.floor(8 * random())) : Math.floor(256 * random());
      }
      if (outcome(changed) !== null) refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });
});

test('a pickle changed at random inside a sound archive is sound or refused', () => {
  const entries = readZip(bytesIn('wrapped.pth'));
  const entry = (name: string) => entries.get(`wrapped/${name}`)!.read();
  const [checkpoint, storages] = [entry('data.pkl'), { 0: entry('data/0'), 1: entry('data/1') }];
  expect(outcome(zipFile(checkpoint, storages))).toBeNull();
  const random = seededRandom(2);
  let refused = 0;
  for (let round = 0; round < 1500; round++) {
    const changed = checkpoint.slice();
    for (let i = 0; i <= Math.floor(3 * random()); i++)
      changed[Math.floor(random() * changed.length)] = Math.floor(256 * random());
    if (outcome(zipFile(changed, storages)) !== null) refused++;
  }
  expect(refused).toBeGreaterThan(500);
});

describe('code', () => {
  const trap = mkdtempSync(path.join(tmpdir(), 'whylight-trap-'));
  const sprung = path.join(trap, 'sprung');
  const command = text(`touch ${sprung}`);
  const harmless = dict([text('a'), tensor(storage('0', 2), [2], [1])]);
  const attacks: [string, Piece, RegExp][] = [
    ['os.system', call(global('os', 'system'), command), /wants to run os\.system/],
    ['posix.system', call(global('posix', 'system'), command), /wants to run posix\.system/],
    ['eval', call(global('builtins', 'eval'), text('1')), /wants to run builtins\.eval/],
    ['a name put together on the stack', [text('os'), text('system'), '\x93', tuple(command), 'R'], /os\.system/],
    ['an instance', ['(', command, 'ios\nsystem\n'], /os\.system/],
    ['a new object', [global('subprocess', 'Popen'), tuple(command), '\x81'], /subprocess\.Popen/],
    ['a name beside the allowed ones', call(global('torch', 'load'), command), /torch\.load/],
    [
      'an attribute of an allowed name',
      call(global('collections', 'OrderedDict.fromkeys'), command),
      /OrderedDict\.fromkeys/,
    ],
    ['a name of objects', call(global('torch', '__proto__'), command), /torch\.__proto__/],
    ['the constructor', call(global('constructor', 'constructor'), command), /constructor\.constructor/],
    ['after sound weights', [harmless, '0', call(global('os', 'system'), command)], /os\.system/],
    [
      'inside a list beside the weights',
      dict([text('x'), [']', call(global('os', 'system'), command), 'a']]),
      /os\.system/,
    ],
    ['by an extension code', ['\x82\x01', tuple(command), 'R'], /unknown opcode 0x82/],
    ['with line breaks in its name', call(global('os', 'system'), command), /os\.system/],
  ];

  test.each(attacks)('%s is refused and never runs', (_, attack, message) => {
    for (const bytes of [zipFile(pickle(attack)), legacyFile(pickle(attack))]) {
      expect(outcome(bytes)).toMatch(message);
    }
    expect(outcome(bytesOf('\x80\x02', attack, '.'))).not.toBeNull();
    expect(existsSync(sprung)).toBe(false);
  });

  test('a name full of control characters gives one line', () => {
    const name = text('sys\n\u001b[31mtem\u2028\u202e');
    expect(outcome(zipFile(pickle(text('o\ns'), name, '\x93')))).toMatch(/wants to run o\?s\.sys\?\?\[31mtem\?\?/);
  });

  rmSync(trap, { recursive: true });
});

describe('tensors that reach too far', () => {
  const four = new Uint8Array(16);
  const file = (made: Piece) => zipFile(pickle(dict([text('a'), made])), { 0: four });
  test.each<[string, Piece, RegExp]>([
    ['a shape above the storage', tensor(storage('0', 4), [5], [1]), /a \(5\) reaches outside its storage of 4 values/],
    ['an offset above it', tensor(storage('0', 4), [2], [1], 3), /reaches outside/],
    ['a stride above it', tensor(storage('0', 4), [2, 2], [4, 1]), /reaches outside/],
    ['a negative offset', tensor(storage('0', 4), [2], [1], -1), /offset is -1/],
    ['a negative length', tensor(storage('0', 4), [-2], [1]), /size is -2/],
    ['a negative stride', tensor(storage('0', 4), [2], [-1], 1), /stride is -1/],
    ['a length of 2⁶²', tensor(storage('0', 4), [2n ** 62n], [1]), /size is 4611686018427387904/],
    ['lengths that overflow', tensor(storage('0', 4), Array(16).fill(2 ** 50), Array(16).fill(0)), /unfold to more/],
    [
      'lengths that overflow, and none',
      tensor(storage('0', 4), [...Array(15).fill(2 ** 52), 0], Array(16).fill(1)),
      /a|unfold|outside/,
    ],
    ['one value a billion times', tensor(storage('0', 4), [1e9], [0]), /unfold to more than/],
    ['more axes than strides', tensor(storage('0', 4), [2, 2], [1]), /2 axes and 1 strides/],
    ['too many axes', tensor(storage('0', 4), Array(64).fill(1), Array(64).fill(1)), /64 axes/],
    ['no storage', tensor(whole(3), [2], [1]), /no storage/],
    [
      'a storage of another length',
      tensor(storage('0', 5), [2], [1]),
      /storage 0 has 16 bytes where 5 of float32 need 20/,
    ],
    ['a storage of 2⁵² values', tensor(storage('0', 2 ** 52), [2], [1]), /has 16 bytes where 4503599627370496/],
    [
      'a storage that is absent',
      tensor(storage('../../etc/passwd', 4), [2], [1]),
      /storage \.\.\/\.\.\/etc\/passwd is missing/,
    ],
    ['a storage of negative length', tensor(storage('0', -4), [0], [1]), /length is -4/],
    ['an unknown storage', tensor(storage('0', 4, 'QInt8Storage'), [2], [1]), /wants to run torch\.QInt8Storage/],
  ])('%s', (_, made, message) => {
    expect(outcome(file(made)) ?? 'a sound file').toMatch(message);
  });

  test('many names of one large storage do not unfold without end', () => {
    const copies = Array.from(
      { length: 200 },
      (_, i) => [text(`t${i}`), tensor(storage('0', 4), [30_000], [0])] as const,
    );
    expect(outcome(zipFile(pickle(dict(...copies)), { 0: four }))).toMatch(/unfold to more than/);
  });

  test('a storage that changes between two tensors', () => {
    const changing = dict(
      [text('a'), tensor(storage('0', 4), [2], [1])],
      [text('b'), tensor(storage('0', 8), [2], [1])],
    );
    expect(outcome(zipFile(pickle(changing), { 0: four }))).toMatch(/storage 0 changes/);
  });

  test('the legacy format checks its storages too', () => {
    const checkpoint = pickle(dict([text('a'), tensor(storage('k', 2), [2], [1])]));
    const two = Buffer.from('0200000000000000', 'hex');
    const keys = ['](', text('k'), 'e'];
    expect(outcome(legacyFile(checkpoint, keys, [two, new Uint8Array(8)]))).toBeNull();
    expect(outcome(legacyFile(checkpoint, keys, [two, new Uint8Array(7)]))).toMatch(/ends too soon/);
    expect(outcome(legacyFile(checkpoint, ']', []))).toMatch(/storage k is missing/);
    expect(outcome(legacyFile(checkpoint, ['](', text('x'), 'e'], [two]))).toMatch(/does not fit its tensors/);
    expect(outcome(legacyFile(checkpoint, ['](', text('k'), text('k'), 'e'], [two, new Uint8Array(8)]))).toMatch(
      /does not fit/,
    );
    const huge = Buffer.from('ffffffffffffff7f', 'hex');
    expect(outcome(legacyFile(checkpoint, keys, [huge]))).toMatch(/declares a length of 9223372036854775807/);
  });
});

describe('pickles that want memory or depth', () => {
  const lines: [string, Uint8Array][] = [
    ['lists in each other, 200,000 deep', pickle(']'.repeat(2e5), 'a'.repeat(2e5 - 1))],
    ['a million marks', pickle('('.repeat(1e6))],
    ['tuples that double forty times', pickle('N', '2\x86'.repeat(40))],
    ['a text of 4 GB', pickle('X\xff\xff\xff\xff')],
    ['bytes of 2⁶³', pickle('\x8e\xff\xff\xff\xff\xff\xff\xff\x7f')],
    ['a number of 2³¹ bytes', pickle('\x8b\x00\x00\x00\x7f')],
    ['a memo of 2³² places', pickle('Nr\xff\xff\xff\xff', 'j\x00\x00\x00\x00')],
    ['an empty stack', pickle('')],
    ['names without an end', bytesOf('\x80\x02c', 'x'.repeat(1e6))],
    ['a list that holds itself', pickle(']q\x00h\x00a')],
    ['a dict that is its own state', pickle('}q\x00', text('state_dict'), 'h\x00s')],
    ['a text that is not UTF-8', pickle('X\x02\x00\x00\x00\xff\xfe')],
    ['protocol 9', bytesOf('\x80\x09N.')],
    [
      'functions that rebuild each other',
      pickle(
        global('torch._tensor', '_rebuild_from_type_v2'),
        tuple(global('torch._tensor', '_rebuild_from_type_v2'), 'N', tuple('N'), 'N'),
        'R',
      ),
    ],
  ];

  test.each(lines)('%s', (_, checkpoint) => {
    expect(outcome(zipFile(checkpoint))).not.toBeNull();
    expect(outcome(legacyFile(checkpoint))).not.toBeNull();
  });

  test('a name of a hundred thousand prefixes', () => {
    const name = `${'module.'.repeat(1e5)}fc`;
    const file = zipFile(pickle(dict([text(name), tensor(storage('0', 1), [1], [1])])), { 0: new Uint8Array(4) });
    const names = [...readWeights(file, 'x').keys()];
    expect(names).toHaveLength(1);
  });

  test('wrappers around wrappers', () => {
    let nested: Piece = dict([text('a'), tensor(storage('0', 1), [1], [1])]);
    for (let i = 0; i < 50; i++) nested = dict([text('state_dict'), nested]);
    expect(outcome(zipFile(pickle(nested), { 0: new Uint8Array(4) }))).toMatch(/no named tensors/);
  });
});

describe('archives', () => {
  const checkpoint = pickle(dict([text('a'), tensor(storage('0', 2), [2], [1])]));
  const sound = zipFile(checkpoint, { 0: new Uint8Array(8) });
  /** Changes the directory's entry of a name. */
  function directoryEntry(bytes: Uint8Array, name: string, change: (view: DataView, at: number) => void): Uint8Array {
    const changed = bytes.slice();
    const at = Buffer.from(changed).lastIndexOf(name) - 46;
    change(new DataView(changed.buffer, changed.byteOffset), at);
    return changed;
  }

  test('a sound one is read', () => expect(outcome(sound)).toBeNull());

  test.each<[string, (view: DataView, at: number) => void, RegExp]>([
    [
      'a declared size of 4 GB',
      (view, at) => view.setUint32(at + 24, 0xfffffffe, true),
      /declares 4294967294 bytes but stores 8/,
    ],
    [
      'a stored size of 4 GB',
      (view, at) => {
        view.setUint32(at + 20, 0xfffffffe, true);
        view.setUint32(at + 24, 0xfffffffe, true);
      },
      /ends too soon/,
    ],
    ['a place outside', (view, at) => view.setUint32(at + 42, 0xfffffff0, true), /ends too soon|not where/],
    [
      'another place inside',
      (view, at) => view.setUint32(at + 42, 7, true),
      /is not where the zip directory says \(7\)/,
    ],
    ['a wrong checksum', (view, at) => view.setUint32(at + 16, 12345, true), /its checksum is wrong/],
    ['encryption', (view, at) => view.setUint16(at + 8, 1, true), /is encrypted/],
    [
      'an unknown packing',
      (view, at) => view.setUint16(at + 10, 93, true),
      /packed by method 93 \(allowed: stored, deflate\)/,
    ],
    ['a name beyond the directory', (view, at) => view.setUint16(at + 28, 0xffff, true), /ends too soon/],
  ])('%s', (_, change, message) => {
    expect(outcome(directoryEntry(sound, 'archive/data/0', change))).toMatch(message);
  });

  test('one name twice', () => {
    const twin = zipFile(checkpoint, { 0: new Uint8Array(8), 9: new Uint8Array(8) });
    const changed = Buffer.from(twin);
    for (let at = changed.indexOf('data/9'); at >= 0; at = changed.indexOf('data/9')) changed.write('data/0', at);
    expect(outcome(new Uint8Array(changed))).toMatch(/holds archive\/data\/0 twice/);
  });

  const bomb = zipSync({ 'archive/data.pkl': [new Uint8Array(90e6), { level: 1 }] });

  test('a bomb: 90 MB of zeros', () => {
    expect(bomb.length).toBeLessThan(1e6);
    expect(outcome(bomb)).toMatch(/declares 90000000 bytes from \d+ packed ones/);
  });

  test('a bomb that declares little', () => {
    const lying = directoryEntry(bomb, 'archive/data.pkl', (view, at) => view.setUint32(at + 24, 100, true));
    expect(outcome(lying)).toMatch(/cannot be unpacked|unpacks to/);
  });

  test('many small bombs in one archive share one limit', () => {
    const zeros = new Uint8Array(25e6);
    const pairs = Array.from(
      { length: 4 },
      (_, i) => [text(`t${i}`), tensor(storage(String(i), 6.25e6), [1], [1])] as const,
    );
    const entries = Object.fromEntries(pairs.map((_, i) => [`archive/data/${i}`, zeros]));
    const bombs = zipSync({ 'archive/data.pkl': pickle(dict(...pairs)), ...entries }, { level: 1 });
    expect(outcome(bombs)).toMatch(/declares 25000000 bytes/);
  });

  test('many names for one place', () => {
    const count = 40;
    const pairs = Array.from(
      { length: count },
      (_, i) => [text(`t${i}`), tensor(storage(`k${100 + i}`, 1e5, 'HalfStorage'), [1], [1])] as const,
    );
    const entries = Object.fromEntries(
      pairs.map((_, i) => [`k${100 + i}`, i === 0 ? new Uint8Array(2e5) : new Uint8Array(0)]),
    );
    let file = zipFile(pickle(dict(...pairs)), entries);
    const first = Buffer.from(file).lastIndexOf('archive/data/k100') - 46;
    const wanted = Buffer.from(file).subarray(first + 16, first + 28);
    const place = Buffer.from(file).readUInt32LE(first + 42);
    for (let i = 1; i < count; i++) {
      file = directoryEntry(file, `archive/data/k${100 + i}`, (view, at) => {
        wanted.forEach((byte, j) => void view.setUint8(at + 16 + j, byte));
        view.setUint32(at + 42, place, true);
      });
    }
    expect(outcome(file)).toMatch(/overlap/);
  });

  test('no weights in it', () => {
    expect(outcome(zipSync({ 'readme.txt': new Uint8Array(3) }))).toMatch(
      /not of PyTorch weights \(0 data\.pkl in it\)/,
    );
    expect(outcome(zipSync({ 'a/data.pkl': checkpoint, 'b/data.pkl': checkpoint }))).toMatch(/2 data\.pkl/);
    expect(outcome(zipFile(checkpoint, {}, { 'archive/constants.pkl': new Uint8Array(4) }))).toMatch(
      /TorchScript program/,
    );
    expect(outcome(zipFile(checkpoint, {}, { 'archive/byteorder': Buffer.from('big') }))).toMatch(/big-endian/);
  });

  test('an end that points at itself, and a zip64 end that points nowhere', () => {
    const end = Buffer.from(sound.slice());
    end.writeUInt32LE(0xfffffff0, end.length - 6);
    expect(outcome(new Uint8Array(end))).toMatch(/outside the archive/);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(2n ** 63n, 8);
    const at = sound.length - 22;
    const zip64 = bytesOf(sound.slice(0, at), locator, sound.slice(at));
    expect(outcome(zip64)).toMatch(/declares a length of 9223372036854775808/);
  });
});

describe('safetensors', () => {
  const file = (header: string | object, data = new Uint8Array(8)) => {
    const bytes = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    return bytesOf(length, bytes, data);
  };
  const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

  test('a sound one is read, with its metadata passed over', () => {
    expect(outcome(file({ a, __metadata__: { format: 'pt' } }))).toBeNull();
    expect([
      ...readWeights(file('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'), 'x').keys(),
    ]).toEqual(['__proto__']);
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'a header of 2⁶³ bytes',
      bytesOf(Buffer.from('ffffffffffffff7f', 'hex'), '{}'),
      /declares a length of|another kind/,
    ],
    [
      'a header of 200 MB',
      bytesOf(Buffer.from('00c2eb0b00000000', 'hex'), '{}'),
      /its header declares 200000000 bytes/,
    ],
    ['a header longer than the file', bytesOf(Buffer.from('ff00000000000000', 'hex'), '{}'), /ends too soon/],
    ['a header that is cut off', file('{"a":'), /is not JSON/],
    ['a header that is a list', bytesOf(file([a]).subarray(0, 8), '{ ', file([a]).subarray(10)), /is not JSON/],
    ['a key twice', file(`{"a":${JSON.stringify(a)},"\\u0061":${JSON.stringify(a)}}`), /its header has a twice/],
    ['a nested header', file(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), /nested deeper than 3 levels/],
    ['an unknown type', file({ a: { ...a, dtype: 'F8_E4M3' } }), /a is of type F8_E4M3 \(allowed: F32/],
    ['a type of objects', file({ a: { ...a, dtype: 'constructor' } }), /of type constructor/],
    ['nothing in place of a tensor', file({ a: null }), /of type undefined/],
    ['a negative length', file({ a: { ...a, shape: [-2] } }), /no proper shape/],
    ['a broken length', file({ a: { ...a, shape: [1.5] } }), /no proper shape/],
    ['a length of 1e300', file('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}'), /no proper shape/],
    ['lengths that overflow', file({ a: { ...a, shape: Array(16).fill(2 ** 50) } }), /8 bytes where .* needs/],
    ['too many axes', file({ a: { ...a, shape: Array(17).fill(1) } }), /no proper shape/],
    ['offsets the wrong way round', file({ a: { ...a, data_offsets: [8, 0] } }), /-8 bytes where/],
    ['offsets outside', file({ a: { ...a, data_offsets: [8, 16] } }), /leaves a gap/],
    ['three offsets', file({ a: { ...a, data_offsets: [0, 8, 8] } }), /no proper data_offsets/],
    ['a shape that does not fit', file({ a: { ...a, shape: [3] } }), /8 bytes where 3 of F32 needs 12/],
    ['tensors that overlap', file({ a, b: { ...a, data_offsets: [4, 12] } }, new Uint8Array(12)), /b at 4–12 overlaps/],
    ['bytes that belong to none', file({ a }, new Uint8Array(12)), /its tensors need 8 bytes, and it holds 12/],
    ['bytes that are missing', file({ a }, new Uint8Array(6)), /its tensors need 8 bytes, and it holds 6/],
    ['a header that is not UTF-8', bytesOf(Buffer.from('0400000000000000', 'hex'), '{\xff\xfe}'), /not UTF-8/],
    ['a name of a megabyte', file({ ['x'.repeat(1e6)]: { ...a, shape: [3] } }), /x{80}… has 8 bytes/],
    ['nothing', file({}, new Uint8Array(0)), /no tensors of floating-point numbers/],
  ])('%s', (_, bytes, message) => {
    expect(outcome(bytes)).toMatch(message);
  });
});
