import { expect, test } from 'vitest';
import { WhylightError } from '../../src/explain/errors';
import { plainLine, plainText } from '../../src/explain/plain-line';

const hostile = 'a\u001b]0;x\u0007b\r\nc\u009b2J\u202ed\u2028e';

test('an error is one line that commands no terminal', () => {
  expect(plainLine(hostile)).toBe('a?]0;x?b c?2J?d e');
  expect(new WhylightError(hostile).message).toBe('a?]0;x?b c?2J?d e');
  expect(plainLine('né à 狼 🐺')).toBe('né à 狼 🐺');
});

test('a text keeps its lines, and JSON its values', () => {
  expect(plainText('a\tb\nc\u001b[31m')).toBe('a\tb\nc\\u001b[31m');
  const value = { name: 'a\u009b2J\u202e\u001b' };
  const text = plainText(JSON.stringify(value));
  expect(text).not.toMatch(/[\u0080-\u009f\u202e]/);
  expect(JSON.parse(text)).toEqual(value);
});
