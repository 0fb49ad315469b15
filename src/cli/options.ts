import { InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../explain/did-you-mean';

/** Reads a whole number of at least `least`. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Allowed: a whole number from ${least}.`);
    }
    return value;
  };
}

/** Reads `10` or `20x12` (height × width), px from 1. */
export function pixels(text: string): number | readonly [number, number] {
  const match = /^([1-9]\d{0,5})(?:[x×]([1-9]\d{0,5}))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Allowed: px such as 10, or HEIGHTxWIDTH such as 20x12.');
  return match[2] === undefined ? Number(match[1]) : [Number(match[1]), Number(match[2])];
}

/** Reads `a,b`; an option given again adds to its list. */
export function list(text: string, before?: readonly string[]): readonly string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw new InvalidArgumentError('Allowed: names, with commas between them.');
  return [...(before ?? []), ...words.filter((word) => !before?.includes(word))];
}

/** Reads a list of which every word is one of `allowed`. */
export function listOf<T extends string>(allowed: readonly T[]): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before) => {
    const words = list(text, before);
    const unknown = words.find((word) => !(allowed as readonly string[]).includes(word));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(
        `Unknown: ${unknown}. Allowed: ${allowed.join(', ')}${didYouMean(unknown, allowed)}.`,
      );
    }
    return words as readonly T[];
  };
}

/** Values as they were written, by `name` or `method.name`. */
export type Settings = Readonly<Record<string, string>>;

/** Reads `name=value` or `method.name=value`, several times; the schemas of the methods read the values. */
export function setting(text: string, before: Settings = {}): Settings {
  const match = /^((?:[a-z0-9-]+\.)?[A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('Allowed: name=value, or method.name=value.');
  return { ...before, [match[1]!]: match[2]! };
}

/** Values of a notebook's parameters, by name. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Reads `name=value`, several times: numbers, true and false as themselves, anything else as text. */
export function parameter(text: string, before: Parameters = {}): Parameters {
  const match = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('Allowed: name=value.');
  const [, name, value] = match as unknown as [string, string, string];
  const plain = value === 'true' || value === 'false' ? value === 'true' : value;
  const number = typeof plain === 'string' && plain.trim() !== '' && Number.isFinite(Number(plain));
  return { ...before, [name]: number ? Number(plain) : plain };
}

/** What `--network` and its like take. */
export const networkHelp =
  'a network: a name (whylight networks), a card (.yaml), or the file of one: ONNX, Keras, TensorFlow.js, Teachable Machine, PyTorch';

/** `--mirror`, the same for every command that may need weights. */
export function mirrorOption(): Option {
  return new Option('--mirror <dir>', 'a folder asked for weights before the cache and the network').env(
    'WHYLIGHT_MIRROR',
  );
}

/** `--with`, for every command to which methods, figures, claims or architectures may be added. */
export function withOption(): Option {
  return new Option(
    '--with <file>',
    'a module (.mjs) with methods, kinds of figures, claims or architectures of your own; may be given again',
  ).argParser((file: string, before: readonly string[] = []) => [...before, file]);
}

/** `--set`, for commands that draw scenes; `sceneSet` reads it. */
export function sceneSetOption(): Option {
  const what = '2: only the markings tell the classes apart; 1: the older set, body and colours too';
  return new Option('--set <number>', what).choices(['1', '2']).default('2');
}

export const sceneSet = ({ set }: { readonly set: '1' | '2' }): 1 | 2 => (set === '1' ? 1 : 2);

/** `--offline`, likewise. */
export function offlineOption(): Option {
  return new Option('--offline', 'never download: use only what is in the project, the mirror or the cache');
}

/** `--json`. */
export function jsonOption(): Option {
  return new Option('--json', 'print the results as JSON');
}

/** `--queue`, for every command that meets a queue. */
export function queueOption(): Option {
  return new Option('--queue <address>', 'redis://HOST:PORT, or rediss:// with TLS; default: what WHYLIGHT_QUEUE says');
}

/** `--queue`, for commands that can leave their work to one. */
export function shareOption(): Option {
  return new Option(
    '--queue [address]',
    'leave the work to workers: redis://HOST:PORT; without an address what WHYLIGHT_QUEUE says (docs/queue.md)',
  );
}

/** `--priority`, beside {@link shareOption}. */
export function priorityOption(): Option {
  const what = 'with --queue: 1 comes first, 1000 last; default: 100';
  return new Option('--priority <number>', what).argParser(wholeNumber(1));
}

/** `--records`, for those that wait for the workers. @param usual where they lie otherwise */
export function recordsOption(usual: string): Option {
  return new Option(
    '--records <place>',
    `with --queue: a folder that all workers see, or s3://BUCKET/PREFIX, for what they find; default: ${usual}`,
  );
}
