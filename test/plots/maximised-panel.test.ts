import { expect, test } from 'vitest';
import { maximisedPanel } from '../../src/plots/maximised-panel';
import { classTarget } from '../support/attributions';
import { drawnPhoto } from '../support/pictures';

const made = (of: string, last: number, notes: readonly string[] = []) => ({
  target: of.startsWith('logit') ? classTarget('wolf') : null,
  image: drawnPhoto(20, 30, 1),
  of,
  scores: [-0.5, 1, last],
  notes,
  seed: 3,
  options: { steps: 2, rate: 1, jitter: 4, blurEvery: 4 },
});

test('pictures stand side by side, and alt says how far each score rises', () => {
  const { data, layout, alt, caption } = maximisedPanel([made('logit of wolf', 7), made('layer1, channel 5', 2)]);
  expect(data).toHaveLength(2);
  expect(layout.images).toHaveLength(2);
  expect((layout.annotations as { text: string }[]).map(({ text }) => text)).toEqual([
    'logit of wolf',
    'layer1, channel 5',
  ]);
  expect(alt).toContain('logit of wolf: the score rises from −0.5 to 7 in 2 steps. layer1, channel 5: the score rises');
  expect(caption).toBe(
    'Activation maximisation, 2 steps, seed 3: logit of wolf, from −0.5 to 7; layer1, channel 5, from −0.5 to 2.',
  );
});

test('a score that hardly rose is no rise', () => {
  const { alt, caption } = maximisedPanel([made('logit of wolf', -0.5, ['logit of wolf hardly rose'])]);
  expect(alt).toContain('logit of wolf: the score goes from −0.5 to −0.5 in 2 steps');
  expect(caption).toBe(
    'Activation maximisation, 2 steps, seed 3: logit of wolf, from −0.5 to −0.5. Logit of wolf hardly rose.',
  );
});

test('no picture is an error', () => {
  expect(() => maximisedPanel([])).toThrow('at least one picture; got none');
});
