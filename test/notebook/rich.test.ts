import { expect, test } from 'vitest';
import { why } from '../../src/analyses/why';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import { featureMaps } from '../../src/explain/feature-maps';
import { cam } from '../../src/explain/methods/cam';
import { shownAs } from '../../src/notebook/rich';
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
    [expect.stringContaining('logit of class 1: the score rises')],
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
    expect(shown).toMatchObject({ kind: 'table', text: [title, ...lines].join('\n') });
    expect((shown as { html: string }).html.match(/<li>/g)).toHaveLength(lines.length);
  }
});
