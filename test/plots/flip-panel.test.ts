import { expect, test } from 'vitest';
import { type FlipPicture, flipPanel } from '../../src/plots/flip-panel';
import { hostile } from '../support/attributions';
import { flatPhoto } from '../support/flat-photo';

const [width, height] = [30, 20];
const changed = Uint8Array.from({ length: width * height }, (_, i) => Number(i % width >= 20 && i < 5 * width));
const flip: FlipPicture = {
  subject: 'rex.jpg',
  network: 'Net',
  before: { label: 'dog, hound', probability: 0.985 },
  own: flatPhoto(width, height, () => [10, 100, 10]),
  other: flatPhoto(width, height, () => [200, 200, 250]),
  background: 'snow',
  after: { label: 'wolf', probability: 0.97 },
  change: {
    segments: 48,
    exchanged: 7,
    area: 1 / 12,
    answer: { label: 'wolf', probability: 0.51 },
    before: { difference: 4.2 },
    after: { difference: -0.04 },
  },
  changed,
};

test('the photo, the other background, the smallest change, and where it is', () => {
  const { layout, data, alt, caption } = flipPanel(flip);
  expect(data).toHaveLength(4);
  expect(layout.images).toHaveLength(4);
  const texts = (layout.annotations as { text: string }[]).map(({ text }) => text);
  expect(texts).toEqual([
    'As it is<br>dog 98.5 %',
    'On snow<br>wolf 97.0 %',
    'Smallest change<br>wolf 51.0 %',
    'Where it is<br>8.3 %',
  ]);
  expect(alt).toBe(
    'Net answers dog 98.5 % to rex.jpg. On snow it answers wolf 97.0 %. With 8.3 % of the picture changed, centred in the upper right, it answers wolf 51.0 %.',
  );
  expect(caption).toContain('7 of 48 segments, 8.3 % of what the network sees; none of them can be left out');
  expect(caption).toContain('logit(dog) − logit(wolf) goes from 4.20 to −0.04');
});

test('three panels where nothing but segments changed, and the middle is called so', () => {
  const middle = Uint8Array.from({ length: width * height }, (_, i) => Number(i === 10 * width + 15));
  const { data, alt } = flipPanel({ ...flip, background: null, changed: middle });
  expect(data).toHaveLength(3);
  expect(alt).not.toContain('On snow');
  expect(alt).toContain('centred in the middle');
});

test('names cannot become markup', () => {
  const figure = flipPanel({ ...flip, background: hostile, before: { label: hostile, probability: 1 } });
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
});
