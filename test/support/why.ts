import { expect } from 'vitest';
import type { WhyNumbers } from '../../src/analyses/why-numbers';
import type { Sentence, WhySentences } from '../../src/analyses/why-sentences';

/** The value at a path of plain JSON. */
function lookUp(numbers: WhyNumbers, path: string): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: a path may lead anywhere.
  return path.split('.').reduce<any>((value, key) => value[key], JSON.parse(JSON.stringify(numbers)));
}

const fills = { black: 'black', zero: 'zero', mean: 'the photo’s mean colour', blur: 'a blur', noise: 'noise' };

/** Words of the choice of methods, by its own. */
const choiceWords: Readonly<Record<string, string>> = {
  own: 'this network',
  form: 'a network of the same form',
  other: 'another network',
  features: 'the features',
  slopes: 'the slope of the score',
  covering: 'covering',
};

const raised = (text: string) => [...text].map((sign) => (sign === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))).join('');

/** A printed number, and half of its last digit. */
function printed(text: string): { value: number; within: number } {
  const [, plain, power] = /^([−\d.]+)(?:×10(.*))?(?: %)?$/.exec(text)!;
  const scale = (text.endsWith('%') ? 0.01 : 1) * 10 ** Number(power === undefined ? 0 : raised(power));
  const decimals = plain!.split('.')[1]?.length ?? 0;
  return { value: scale * Number(plain!.replace('−', '-')), within: scale * 0.5000001 * 10 ** -decimals };
}

function expectPrinted(text: string, value: unknown, scale = 1): void {
  const bound = /^([<>]) (.*)$/.exec(text);
  if (bound !== null) {
    const limit = printed(bound[2]!).value;
    if (bound[1] === '<') expect(value as number).toBeLessThan(limit);
    else expect(value as number).toBeGreaterThan(limit);
    return;
  }
  const { value: shown, within } = printed(text);
  expect(Number.isFinite(shown), text).toBe(true);
  expect(Math.abs(scale * shown - (value as number)), `${text} of ${value}`).toBeLessThanOrEqual(
    scale * within + 1e-12,
  );
}

/** Looks whether each number and name of a sentence is what the numbers have, and whether there is any other number. */
function expectHeld({ text, holds }: Sentence, numbers: WhyNumbers): void {
  let [rest, from] = ['', 0];
  for (const { text: part, path } of holds) {
    const at = text.indexOf(part, from);
    expect(at, `${part} in ${text}`).toBeGreaterThanOrEqual(from);
    rest += text.slice(from, at);
    from = at + part.length;
    const value = lookUp(numbers, path);
    if (Array.isArray(value)) {
      part.split(', ').forEach((one, i) => {
        expectPrinted(one, value[i], 0.01);
      });
    } else if (typeof value === 'number') expectPrinted(part, value);
    else if (/fill$|fills\.\d+$/.test(path)) expect(part).toBe(fills[value as keyof typeof fills]);
    else if (/choice\.(evaluation\.relation|without\.\d\.way)$/.test(path))
      expect(part).toBe(choiceWords[value as string]);
    else expect((value as string).toLowerCase().startsWith(part.toLowerCase()), `${part} of ${value}`).toBe(true);
  }
  rest += text.slice(from);
  expect(rest, text).not.toMatch(/\d/);
  expect(text).toMatch(/^[\p{Lu}\p{Lt}].*\.$/u);
  expect(text).not.toMatch(/undefined|NaN|null|Infinity|\[object| {2}| [.,;:)]|\.\.|,,/);
}

/** The same of all sentences, and how many there may be. */
export function expectAllHeld(sentences: WhySentences, numbers: WhyNumbers): void {
  for (const one of [...sentences.concluded, ...sentences.open]) expectHeld(one, numbers);
  expect(sentences.concluded.length).toBeGreaterThan(0);
  expect(sentences.open.length).toBeGreaterThan(0);
  expect(sentences.concluded.length + sentences.open.length).toBeLessThanOrEqual(9);
}
