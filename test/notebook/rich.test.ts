import { expect, test } from 'vitest';
import { why } from '../../src/analyses/why';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import { featureMaps } from '../../src/explain/feature-maps';
import { cam } from '../../src/explain/methods/cam';
import { markup, shownAs } from '../../src/notebook/rich';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);

test('a map, feature maps and a maximised activation are shown as their figures', async () => {
  const values = [
    await cam(network, photo),
    await featureMaps(network, photo, { channels: 3 }),
    await activationMaximisation(network, { target: 1, steps: 2 }),
  ];
  const alts = values.map((value) => shownAs(value).map((shown) => (shown.kind === 'figure' ? shown.figure.alt : '')));
  expect(alts).toEqual([
    [expect.stringContaining('Class activation map: class ')],
    [expect.stringContaining('3 of 80 channels of layer3.0.relu2')],
    [expect.stringContaining('logit of class 1: the score goes from 1.23 to 1.15 in 2 steps')],
  ]);
});

test('why a network answered is shown as its picture, what can be concluded, and what cannot', async () => {
  const result = await why(network, photo, { quick: true, methods: ['saliency'] });
  const [figure, concluded, open, ...more] = shownAs(result);
  expect(figure).toMatchObject({ kind: 'figure', figure: { alt: result.figures.why.alt } });
  expect(more).toEqual([]);
  for (const [shown, title, sentences] of [
    [concluded, 'What can be concluded', result.concluded],
    [open, 'What cannot', result.open],
  ] as const) {
    const lines = sentences.map(({ text }) => `- ${text}`);
    expect(shown).toMatchObject({ kind: 'html', text: [title, ...lines].join('\n') });
    expect((shown as { html: string }).html.match(/<li>/g)).toHaveLength(lines.length);
  }
});

test('lists of anything: the first members are shown, the rest is counted; a list of numbers is a text', () => {
  const list = [photo, 3, { data: [{ x: [1] }], layout: {} }, ...Array.from({ length: 30 }, () => photo)];
  const shown = shownAs(list);
  expect(shown).toHaveLength(25);
  expect(shown.slice(0, 3)).toMatchObject([
    { kind: 'figure' },
    { kind: 'text', text: '3' },
    { kind: 'figure', figure: { alt: 'A figure of Plotly with 1 trace.', layout: { width: 640, height: 400 } } },
  ]);
  expect(shown.at(-1)).toEqual({ kind: 'text', text: '… and 9 more: display(list.slice(24))' });
  expect(shownAs(Array.from({ length: 5000 }, (_, i) => i))).toMatchObject([
    { kind: 'text', text: expect.stringContaining('4980 more items') },
  ]);
});

test('pictures by their first bytes, SVG by its root, HTML only as markup', () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1]);
  expect(shownAs(bytes)).toEqual([
    { kind: 'picture', type: 'image/png', content: bytes.toString('base64'), text: 'image/png, 5 bytes' },
  ]);
  expect(shownAs(new Uint8Array([0xff, 0xd8, 0xff]))).toMatchObject([{ kind: 'picture', type: 'image/jpeg' }]);
  expect(shownAs(new Uint8Array([1, 2, 3]))).toMatchObject([{ kind: 'text' }]);
  const svg = '<?xml version="1.0"?>\n<!-- drawn --><svg viewBox="0 0 1 1"></svg>';
  expect(shownAs(svg)).toMatchObject([{ kind: 'picture', type: 'image/svg+xml', content: svg }]);
  expect(shownAs('<b>bold</b>')).toEqual([{ kind: 'text', text: '<b>bold</b>' }]);
  expect(shownAs(markup('<b>bold</b>'))).toEqual([{ kind: 'html', html: '<b>bold</b>', text: 'bold' }]);
});
