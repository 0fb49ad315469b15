import { expect, test } from 'vitest';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import { classify } from '../../src/explain/classify';
import { featureMaps } from '../../src/explain/feature-maps';
import { cam } from '../../src/explain/methods/cam';
import { occlusion } from '../../src/explain/methods/occlusion';
import { saliency } from '../../src/explain/methods/saliency';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);
const calls = { classify, cam, occlusion, saliency, featureMaps };

test.each(Object.entries(calls))(
  '%s refuses a name, a promise and an object in the place of a photo',
  async (_, call) => {
    const ask = (value: unknown) => call(network, value as typeof photo);
    await expect(ask('wolf.jpg')).rejects.toThrow(
      "not a photo: the text 'wolf.jpg' (await loadPhoto('wolf.jpg') reads it)",
    );
    await expect(ask(Promise.resolve(photo))).rejects.toThrow('not a photo: a promise (await it)');
    await expect(ask({ width: 3 })).rejects.toThrow('not a photo: { width: 3 }');
    await expect(ask(undefined)).rejects.toThrow('not a photo: undefined');
    await expect(ask({ ...photo, width: 40 })).rejects.toThrow('not a photo: 3690 bytes of 40 × 30 px');
  },
);

test.each(Object.entries(calls))('%s refuses a name and a promise in the place of a network', async (_, call) => {
  const ask = (value: unknown) => call(value as typeof network, photo);
  await expect(ask('resnet18')).rejects.toThrow(
    "not a network: the text 'resnet18' (await loadNetwork('resnet18') reads it)",
  );
  await expect(ask(Promise.resolve(network))).rejects.toThrow('not a network: a promise (await it)');
});

test('so does the picture that a class answers to', async () => {
  await expect(activationMaximisation('resnet18' as never, { target: 0 })).rejects.toThrow(
    "not a network: the text 'resnet18'",
  );
});
