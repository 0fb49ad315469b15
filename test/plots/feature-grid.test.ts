import { expect, test } from 'vitest';
import { featureGrid } from '../../src/plots/feature-grid';
import { spots } from '../support/attributions';
import { drawnPhoto } from '../support/pictures';

const input = drawnPhoto(40, 60, 1);
const map = (channel: number, y: number, x: number) => ({ channel, mean: 0.25, values: spots(4, 6, [[y, x, 6]]) });
const features = {
  layer: 'layer1',
  height: 4,
  width: 6,
  of: 64,
  maps: [map(9, 0, 0), map(3, 3, 5)],
  input,
  photo: { source: 'wolf.jpg', sha256: input.sha256 },
  network: { name: 'net', title: 'Net', weightsSha256: '' },
};

test('alt says for each channel where it is strongest; hovering says place and value', () => {
  const { data, alt, layout } = featureGrid(features);
  expect(alt).toBe(
    '2 of 64 channels of layer1 (4×6) of Net on wolf.jpg. Where each is strongest: ' +
      'channel 9 (mean 0.25) at the upper left, channel 3 (mean 0.25) at the lower right.',
  );
  expect(data.slice(1).map(({ hovertemplate }) => hovertemplate)).toEqual(
    [9, 3].map((channel) => `channel ${channel}<br>x %{x}, y %{y}<br>%{z:.4g}<extra></extra>`),
  );
  expect((layout.annotations as { text: string }[]).map(({ text }) => text)).toEqual(['Photo', '9', '3']);
});
