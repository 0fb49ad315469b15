import { type BackgroundBias, backgroundBias } from '../analyses/background-bias';
import { type CamInstances, camInstances } from '../analyses/cam-instances';
import { type CamPointing, camPointing } from '../analyses/cam-pointing';
import { type GradientDiscrimination, gradientDiscrimination } from '../analyses/gradient-discrimination';
import { type RivalCovered, rivalCovered } from '../analyses/rival-covered';
import { rivalScenes } from '../analyses/rival-scenes';
import { classify } from '../explain/classify';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { StudyClaims } from './study';
import { studyPhoto } from './study-photo';

/** The measurements behind the claims. */
export interface ClaimResults {
  readonly network: Network;
  readonly gradients: GradientDiscrimination;
  /** The same on a study's photos, their two best classes each; null where it names none. */
  readonly photoGradients: { readonly network: Network; readonly result: GradientDiscrimination } | null;
  /** Right answers by background; null where a study names no networks for it. */
  readonly background: BackgroundBias | null;
  readonly covered: RivalCovered;
  readonly pointing: CamPointing;
  readonly instances: CamInstances;
}

/** What measuring needs from outside. */
export interface ClaimOptions extends RunOptions {
  readonly network: (name: string) => Promise<Network>;
  readonly photoFolders: readonly string[];
}

/** Measures every claim that can be measured. */
export async function measureClaims(
  claims: StudyClaims,
  { network: find, photoFolders, ...run }: ClaimOptions,
): Promise<ClaimResults> {
  const network = await find(claims.network);
  const sample = { scenes: claims.scenes, seed: claims.seed };
  const pairs = [...rivalScenes(network, sample)].map(({ scene, kinds }) => ({ photo: scene.image, classes: kinds }));
  return {
    network,
    gradients: await gradientDiscrimination(network, pairs, run),
    photoGradients:
      claims.photos === undefined ? null : await onPhotos(claims.photos, await find(claims.photos.network)),
    background: claims.background === undefined ? null : await onBackgrounds(claims.background),
    covered: await rivalCovered(network, sample, run),
    pointing: await camPointing(network, sample, run),
    instances: await camInstances(network, sample, run),
  };

  async function onBackgrounds({ networks, scenes }: NonNullable<StudyClaims['background']>) {
    const loaded: Network[] = [];
    for (const name of networks) loaded.push(await find(name));
    return backgroundBias(loaded, { ...run, scenes, maps: Math.min(scenes, claims.scenes), seed: 20260 + claims.seed });
  }

  async function onPhotos({ files }: NonNullable<StudyClaims['photos']>, trained: Network) {
    const pictures = [];
    for (const file of files) {
      const { photo } = await studyPhoto({ file }, photoFolders);
      const [best, second] = (await classify(trained, photo)).classes;
      pictures.push({ photo, classes: [best!.index, second!.index] as const });
    }
    return { network: trained, result: await gradientDiscrimination(trained, pictures, run) };
  }
}
