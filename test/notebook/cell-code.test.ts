import { expect, test } from 'vitest';
import { awaitsAtTop, calledAround } from '../../src/notebook/cell-code';

test.each([
  ['const z = await (async () => 5)();', true],
  ['for await (const x of xs) use(x);', true],
  ['if (a) { await b; }', true],
  ['const f = async () => { await 1; };', false],
  ['class A { async b() { await 1; } }', false],
  ["const await_ = 'await x';", false],
])('%s awaits at its top: %s', (code, expected) => {
  expect(awaitsAtTop(code)).toBe(expected);
});

/** The name that begins where the cursor `|` says. */
function nameAt(text: string): string | null {
  const position = text.indexOf('|');
  const code = text.replace('|', '');
  const start = calledAround(code, position);
  return start === null ? null : /^\w+/.exec(code.slice(start))![0];
}

test.each([
  ['occlusion(|)', 'occlusion'],
  ['occlusion(network, photo, { size: | })', 'occlusion'],
  ['await occlusion(network, |', 'occlusion'],
  ["display(loadPhoto('a|.png'))", 'loadPhoto'],
  ["display(loadPhoto('a.png')|)", 'display'],
  ['whylight.saliency(|network)', 'saliency'],
  ['new Map<string, number>(|)', 'Map'],
  ['occlusion|(network)', null],
  ['occlusion(network)|', null],
  ['const a = (1 + |2);', null],
])('%s: %s', (text, expected) => {
  expect(nameAt(text)).toBe(expected);
});
