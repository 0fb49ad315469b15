import { expect, test } from 'vitest';
import { scoreCam } from '../../../src/explain/methods/score-cam';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test('weighs each channel by the softmax of the score of what it lets through', async () => {
  const weights = drawn(105, 1, 2, -1);
  const photo = drawnPhoto(5, 7, 2);
  const value = (i: number) => photo.pixels[i]! / 255;
  const map = await scoreCam(linearNetwork([5, 7], weights, [7]), photo, { layer: 'input' });
  // At the input a channel has the mask's own size.
  const scores = [0, 1, 2].map((c) => {
    const channel = Array.from({ length: 35 }, (_, at) => value(at * 3 + c));
    const [lowest, highest] = [Math.min(...channel), Math.max(...channel)];
    return [...weights.keys()].reduce((sum, i) => {
      const mask = (channel[Math.floor(i / 3)]! - lowest) / (highest - lowest + 1e-8);
      return sum + weights[i]! * value(i) * mask;
    }, 7);
  });
  const all = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  const wanted = Array.from({ length: 35 }, (_, at) =>
    scores.reduce((sum, score, c) => sum + (Math.exp(score) / all) * value(at * 3 + c), 0),
  );
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
  expect(map).toMatchObject({ method: 'score-cam', signed: false, layer: 'input', options: { chosen: 'named' } });
});
