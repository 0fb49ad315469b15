import { expect, test } from 'vitest';
import { superscripts, superscriptsOf } from '../../src/report/superscripts';

test.each([
  ['2.0×10⁻⁵', '2.0×10<sup>−5</sup>'],
  ['10¹⁰ and 10⁴', '10<sup>10</sup> and 10<sup>4</sup>'],
  ['12 m²', '12 m²'],
])('%s becomes %s', (text, raised) => {
  expect(superscripts(text)).toBe(raised);
  expect(superscriptsOf(`<p title="${text}">${text}</p>`)).toBe(`<p title="${text}">${raised}</p>`);
});
