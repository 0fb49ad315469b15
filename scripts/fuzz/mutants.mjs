/** Numbers from 0 to 1, the same for the same seed. */
function seededNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random, count) => Math.floor(random() * count);
const pick = (random, list) => list[below(random, list.length)];

/** Values where something else was meant. */
const values = [
  null,
  true,
  '',
  'x',
  '__proto__',
  'constructor',
  '../../x',
  'a\u001b[31m\u0000',
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 60,
  [],
  [[]],
  [null],
  {},
  { a: 1 },
  ['a', 1, null],
];
const words = [
  ...values.map((value) => JSON.stringify(value)),
  '*nope',
  '&a [*a]',
  '!!binary x',
  '? x',
  '~',
  '.inf',
  '.nan',
  '0x7fffffffffffffff',
  '1-999999999',
  '- - -',
  '%',
  '|',
  "'",
  '\u2028',
  '<<: {a: 1}',
];

/** JSON in which one value, key or list is another. */
function otherJson(text, random) {
  const root = { top: JSON.parse(text) };
  const places = [];
  const visit = (holder) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (holder[key] !== null && typeof holder[key] === 'object') visit(holder[key]);
    }
  };
  visit(root);
  for (let i = below(random, 3); i >= 0; i--) {
    const [holder, key] = pick(random, places);
    const how = below(random, 6);
    if (how === 0) delete holder[key];
    else if (how === 1 && Array.isArray(holder)) holder.splice(Number(key), 0, holder[key], holder[key]);
    else if (how === 2) holder[key] = [holder[key]];
    else if (how === 3 && typeof holder[key] === 'number') holder[key] *= pick(random, [-1, 0, 1e9, 0.5, 1000]);
    else holder[key] = pick(random, values);
  }
  const out = JSON.stringify(root.top);
  return out === undefined ? 'null' : out;
}

/** Text in which lines and words are others. */
function otherText(text, random) {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  switch (below(random, 6)) {
    case 0:
      lines.splice(at, 1 + below(random, 3));
      break;
    case 1:
      lines.splice(at, 0, ...lines.slice(at, at + 1 + below(random, 4)));
      break;
    case 2:
      lines[at] = `${' '.repeat(below(random, 6))}${lines[at].trim()}`;
      break;
    case 3:
      lines[at] = lines[at].replace(/[^\s:{[,]+\s*$/, () => pick(random, words));
      break;
    case 4:
      lines[at] = lines[at].replace(/\w+/, () => pick(random, words));
      break;
    default:
      lines[at] = lines[at].replace(/\d+/, (number) => String(Number(number) * pick(random, [-1, 0, 1e9, 1e300, 0.5])));
  }
  return lines.join('\n');
}

/** Bytes of which some are others, or more, or fewer. */
function otherBytes(bytes, random) {
  const changed = Buffer.from(bytes);
  const at = below(random, bytes.length);
  switch (below(random, 8)) {
    case 0:
      return changed.subarray(0, at);
    case 1:
      return Buffer.concat([
        changed.subarray(0, at),
        changed.subarray(Math.min(bytes.length, at + 1 + below(random, 64))),
      ]);
    case 2: {
      const from = below(random, bytes.length);
      return Buffer.concat([
        changed.subarray(0, at),
        changed.subarray(from, from + 1 + below(random, 256)),
        changed.subarray(at),
      ]);
    }
    case 3:
      // A length or a count becomes a large one.
      if (at + 4 <= bytes.length) changed.writeUInt32LE(pick(random, [0, 1, 0x7fffffff, 0xffffffff, 0x40000000]), at);
      return changed;
    default:
      for (let i = below(random, 8) ** 2; i >= 0; i--) {
        const place = random() < 0.5 ? below(random, bytes.length) : Math.min(bytes.length - 1, at + below(random, 16));
        changed[place] = random() < 0.5 ? changed[place] ^ (1 << below(random, 8)) : below(random, 256);
      }
      return changed;
  }
}

const isText = (bytes) => !bytes.subarray(0, 4096).includes(0) && bytes.length > 0 && bytes[0] < 0x80;

/** One mutant of a file: the same for the same number. */
export function mutant(bytes, number) {
  const random = seededNumbers(number);
  if (bytes.length === 0) return bytes;
  let changed = bytes;
  if (isText(bytes) && random() < 0.85) {
    const text = bytes.toString();
    const isJson = /^\s*[{[]/.test(text);
    try {
      changed = Buffer.from(isJson ? otherJson(text, random) : otherText(text, random));
    } catch {
      changed = Buffer.from(otherText(text, random));
    }
  } else changed = otherBytes(bytes, random);
  return changed;
}
