import type { Network } from '../explain/network/network';
import type { SceneChange } from '../scenes/counterfactuals';
import { type LabelledSpec, labelledSpec } from '../scenes/dataset';
import { ownBackground } from '../scenes/random-scene';
import { swapBackground } from '../scenes/study-scenes';
import { backgroundSpecs } from './background-bias';
import { INSTANCES, instancesPerNumber, instancesSpec } from './cam-instances';
import { knownAnimals, rivalSpecs, type SceneSample } from './rival-scenes';
import { unevenCandidates, unevenSpec } from './uneven-pointing';

/** The scenes of one stream that claims are measured on, not drawn yet: for programs that compute the numbers again. */
export interface ClaimScenes {
  /** Folder of its own: `rivals`, `single-dog-wolf`. Two of one name are the same scenes. */
  readonly name: string;
  readonly specs: readonly LabelledSpec[];
  /** Each scene is drawn again with these changed, one at a time. */
  readonly changes: readonly SceneChange['kind'][];
}

type Classes = Pick<Network, 'classes' | 'name'>;

/** Two rivals in each; the label is the first of the pair. With another name where the sample is not the usual one. */
export const rivalSet = (network: Classes, sample: SceneSample, name = 'rivals'): ClaimScenes => ({
  name,
  specs: rivalSpecs(network, sample).map(({ spec, kinds }) => labelledSpec(kinds[0], spec)),
  changes: name === 'rivals' ? ['without-object'] : [],
});

/** Every candidate that may be gone through; the label is the smaller animal. */
export const unevenSet = (network: Classes, sample: SceneSample): ClaimScenes => ({
  name: 'uneven',
  specs: Array.from({ length: unevenCandidates(sample.scenes) }, (_, i) => {
    const { spec, smaller } = unevenSpec(network, sample, i);
    return labelledSpec(smaller, spec);
  }),
  changes: [],
});

/** Each scene's pictures of one to six animals, one after another. */
export function instancesSet(network: Classes, sample: SceneSample): ClaimScenes {
  const kinds = knownAnimals(network);
  const specs = Array.from({ length: instancesPerNumber(sample.scenes) }, (_, i) => {
    const kind = kinds[i % kinds.length]!;
    return Array.from({ length: INSTANCES }, (_, k) => labelledSpec(kind, instancesSpec(kind, k + 1, sample, i)));
  });
  return { name: 'instances', specs: specs.flat(), changes: [] };
}

/** One animal in each, on its class's own background, where its masks are read; networks of the same classes share them. */
export const singleSet = (network: Classes, sample: SceneSample): ClaimScenes => ({
  name: `single-${network.classes.join('-')}`,
  specs: [...backgroundSpecs(network, sample)].map(({ label, spec }) =>
    labelledSpec(label, swapBackground(spec, ownBackground[label])),
  ),
  changes: ['background'],
});
