import { expect, it, vi } from 'vitest';
import { computeStudy } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { fixedEnvironment } from '../support/report';

const resizes = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../src/explain/image/prepare', async (original) => {
  const real = await original<typeof import('../../src/explain/image/prepare')>();
  const prepareInput: typeof real.prepareInput = (...input) => {
    resizes.count++;
    return real.prepareInput(...input);
  };
  return { ...real, prepareInput };
});

it('a figure of a study resizes its photo once for all of its maps', async () => {
  const study = parseStudy(
    `title: Methods
authors: [Author]
data: a drawn scene
figures:
  - id: all
    kind: methods
    shows: a wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    methods: [saliency, deconvolution, occlusion, cam, grad-cam, layer-cam]
    occluder: { size: 32, stride: 32 }
`,
    'methods.yaml',
  );
  const options = { environment: fixedEnvironment, command: 'whylight report', photoFolders: [], mapCache: null };
  const { figures } = await computeStudy(study, options);
  expect(figures[0]!.maps).toHaveLength(6);
  expect(resizes.count).toBe(1);
});
