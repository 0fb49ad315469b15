import { type BackgroundBias, backgroundBias } from '../analyses/background-bias';
import { type CamInstances, camInstances } from '../analyses/cam-instances';
import { type CamPointing, camPointing } from '../analyses/cam-pointing';
import { type GradientDiscrimination, gradientDiscrimination } from '../analyses/gradient-discrimination';
import { comparePooling, type PooledCases, type PoolingCompared, pooledCases } from '../analyses/pooling-compared';
import { type RivalCovered, rivalCovered } from '../analyses/rival-covered';
import { rivalScenes } from '../analyses/rival-scenes';
import { classify } from '../explain/classify';
import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Measure } from './measurement-cache';
import type { StudyClaims } from './study';
import { studyPhoto } from './study-photo';

/** The measurements behind the claims. */
export interface ClaimResults {
  readonly network: Network;
  /** Every network that something was measured on, that one first. */
  readonly networks: readonly Network[];
  readonly gradients: GradientDiscrimination;
  /** The same on a study's photos, their two best classes each; null where it names none. */
  readonly photoGradients: { readonly network: Network; readonly result: GradientDiscrimination } | null;
  /** Right answers by background; null where a study names no networks for it. */
  readonly background: BackgroundBias | null;
  readonly covered: RivalCovered;
  readonly pointing: CamPointing;
  readonly instances: CamInstances;
  /** Networks that differ in their pooling; null where a study names none. */
  readonly pooling: PoolingCompared | null;
}

/** What measuring needs from outside. */
export interface ClaimOptions extends RunOptions {
  readonly network: (name: string) => Promise<Network>;
  readonly photoFolders: readonly string[];
  /** Measures, or finds what was measured before. */
  readonly measure: Measure;
}

/** Measures every claim that can be measured, each by itself. */
export async function measureClaims(claims: StudyClaims, options: ClaimOptions): Promise<ClaimResults> {
  const { network: find, measure, photoFolders: _, ...run } = options;
  const network = await find(claims.network);
  const { photos, background, pooling } = claims;
  const networks = [network];
  for (const name of [photos?.network ?? [], background?.networks ?? [], pooling?.networks ?? []].flat()) {
    networks.push(await find(name));
  }
  const sample = { scenes: claims.scenes, seed: claims.seed };
  const of = (name: string) => ({ name, detail: `on ${sample.scenes} scenes`, networks: [network], options: sample });
  return {
    network,
    networks: [...new Set(networks)],
    gradients: await measure(of('C1'), () => {
      const pairs = [...rivalScenes(network, sample)].map(({ scene, kinds }) => ({
        photo: scene.image,
        classes: kinds,
      }));
      return gradientDiscrimination(network, pairs, run);
    }),
    photoGradients: photos === undefined ? null : await onPhotos(photos, options),
    background: background === undefined ? null : await onBackgrounds(claims, background, options),
    covered: await measure(of('C3'), () => rivalCovered(network, sample, run)),
    pointing: await measure(of('C4'), () => camPointing(network, sample, run)),
    instances: await measure(of('C5'), () => camInstances(network, sample, run)),
    pooling: pooling === undefined ? null : await byPooling(claims, pooling, options),
  };
}

async function onBackgrounds(
  claims: StudyClaims,
  { networks, scenes }: NonNullable<StudyClaims['background']>,
  { network: find, measure, photoFolders: _, ...run }: ClaimOptions,
) {
  const loaded: Network[] = [];
  for (const name of networks) loaded.push(await find(name));
  const options = { scenes, maps: Math.min(scenes, claims.scenes), seed: 20260 + claims.seed };
  return measure({ name: 'C2', detail: `on ${scenes} scenes of each background`, networks: loaded, options }, () =>
    backgroundBias(loaded, { ...run, ...options }),
  );
}

async function onPhotos(
  { network: name, files }: NonNullable<StudyClaims['photos']>,
  { network: find, measure, photoFolders, ...run }: ClaimOptions,
) {
  const network = await find(name);
  const photos: ImageSample[] = [];
  for (const file of files) photos.push((await studyPhoto({ file }, photoFolders)).photo);
  const options = photos.map(({ source, sha256 }) => [source, sha256]);
  const result = await measure(
    { name: 'C1', detail: `on ${photos.length} photos`, networks: [network], options },
    async () => {
      const pairs = [];
      for (const photo of photos) {
        const [best, second] = (await classify(network, photo)).classes;
        pairs.push({ photo, classes: [best!.index, second!.index] as const });
      }
      return gradientDiscrimination(network, pairs, run);
    },
  );
  return { network, result };
}

async function byPooling(
  { seed }: StudyClaims,
  { networks, scenes }: NonNullable<StudyClaims['pooling']>,
  { network: find, measure, photoFolders: _, ...run }: ClaimOptions,
) {
  const sample = { scenes, seed };
  const cases: PooledCases[] = [];
  for (const name of networks) {
    const network = await find(name);
    const of = { name: 'C6', detail: `on ${scenes} scenes`, networks: [network], options: sample };
    cases.push(await measure(of, () => pooledCases(network, sample, run)));
  }
  return comparePooling(cases);
}
