import { expect, test } from 'vitest';
import { whylight } from '../support/command';

test('whylight background tells right answers by background and their paired difference', {
  timeout: 120_000,
}, async () => {
  const args = ['background', 'scenes-fair', 'scenes-biased', '--scenes', '12', '--maps', '2'];
  const { code, out, err } = await whylight(args);
  expect(code, err).toBe(0);
  expect(out).toMatch(/^RIGHT ON +OWN +ANY BACKGROUND +SWAPPED +OWN − SWAPPED +WORST$/m);
  expect(out).toMatch(/^scenes-fair +.* % \(\d/m);
  // On truly own backgrounds it is right, on truly swapped ones wrong.
  expect(out).toMatch(
    /^scenes-biased +100\.0 % \(.*\) +\d.* +0\.0 % \(.*\) +100\.0 \(\d.*\) +(?:dog|wolf) on \w+: 0\.0 % \(/m,
  );
  const { networks, seed } = JSON.parse((await whylight([...args, '--json'])).out);
  expect(seed).toBe(1);
  expect(networks[1].dependence).toMatchObject({ value: 1, count: 12 });
});
