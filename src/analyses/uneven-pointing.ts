import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { mixSeeds, Random } from '../scenes/random';
import { drawScene } from '../scenes/scene';
import type { SceneSpec } from '../scenes/spec';
import { competingScene } from '../scenes/study-scenes';
import { byClass, type PointingCase, type PointingShares, pointingCases, pointingShares, UNEVEN } from './cam-pointing';
import { evaluationSeed } from './evaluation-seed';
import { probabilitiesOf } from './probabilities';
import { type RivalScene, rivalPairs, type SceneSample } from './rival-scenes';
import { type MapOptions, maskInInput } from './scene-input';

/** Where the map of a class points of which the network is far less sure than of the other in the picture. */
export interface UnevenPointing {
  /** The maps of the class that the network holds for at least `ratio` times less probable; null where no scene was so uneven. */
  readonly weaker:
    | (PointingShares & { readonly classes: readonly (PointingShares & { readonly label: string })[] })
    | null;
  /** The maps of the other class of the same scenes. */
  readonly stronger: PointingShares | null;
  readonly ratio: number;
  /** Scenes of the stream that were gone through for those that are measured. */
  readonly candidates: number;
  readonly cases: readonly PointingCase[];
}

/** An animal of which less than this share of the input is seen is too small to point at. */
const LEAST_SEEN = 0.002;
/** So many scenes are drawn for each one that is asked for, at most. */
const PATIENCE = 12;

/** How many candidates are gone through at most. */
export const unevenCandidates = (scenes: number) => PATIENCE * scenes;

/** A scene in which one animal may be much smaller than the other: whose class is the weaker one, if any, the network says. */
export interface UnevenSpec {
  readonly spec: SceneSpec;
  readonly kinds: RivalScene['kinds'];
  /** The smaller animal's kind. */
  readonly smaller: RivalScene['kinds'][number];
}

/** Candidate i, not drawn yet: pairs take turns, and in each pair the smaller animal; its size is between a quarter and all of the usual one. */
export function unevenSpec(network: Pick<Network, 'classes' | 'name'>, sample: SceneSample, i: number): UnevenSpec {
  const { seed, set, size = 128 } = sample;
  const pairs = rivalPairs(network);
  const kinds = pairs[i % pairs.length]!;
  const smaller = kinds[Math.floor(i / pairs.length) % 2]!;
  const own = mixSeeds(evaluationSeed('uneven', seed), i);
  const spec = competingScene(kinds, { seed: own, set, width: size, height: size });
  const factor = 4 ** -new Random(mixSeeds(own, 7)).range(0, 1);
  const objects = spec.objects.map((object) =>
    object.kind === smaller ? { ...object, size: object.size * factor } : object,
  );
  return { spec: { ...spec, objects }, kinds, smaller };
}

/**
 * Do class activation maps point at their own animal where the network is far less sure of its class than of the other? One
 * of two animals is drawn smaller, until for each class there are enough scenes in which the network holds it for at least
 * ten times less probable. That choice reads probabilities alone, never a map, and its scenes are a stream of their own.
 */
export async function unevenPointing(
  network: Network,
  sample: SceneSample,
  { signal, onProgress, ...options }: MapOptions = {},
): Promise<UnevenPointing> {
  const labels = rivalPairs(network).flat();
  const each = Math.max(1, Math.round(sample.scenes / labels.length));
  const counts = new Map<string, number>(labels.map((label) => [label, 0]));
  const cases: PointingCase[] = [];
  const weaker: PointingCase[] = [];
  const most = unevenCandidates(sample.scenes);
  let candidates = 0;
  while (candidates < most && [...counts.values()].some((count) => count < each)) {
    await yieldToEvents(signal);
    const batch = Array.from({ length: Math.min(32, most - candidates) }, (_, i) =>
      unevenSpec(network, sample, candidates + i),
    ).filter(({ smaller }) => counts.get(smaller)! < each);
    candidates += Math.min(32, most - candidates);
    const scenes = batch.map((one) => ({ ...one, scene: drawScene(one.spec) })).filter((one) => bothSeen(network, one));
    const answers = await probabilitiesOf(
      network,
      scenes.map(({ scene }) => scene.image),
      signal,
    );
    for (const [i, rivals] of scenes.entries()) {
      const { kinds, smaller } = rivals;
      const rival = kinds.find((kind) => kind !== smaller)!;
      const uneven = answers[i]!.get(rival)! >= UNEVEN * answers[i]!.get(smaller)!;
      if (!uneven || counts.get(smaller)! >= each) continue;
      counts.set(smaller, counts.get(smaller)! + 1);
      const both = await pointingCases(network, rivals, options);
      cases.push(...both);
      weaker.push(...both.filter(({ target }) => target === smaller));
      onProgress?.({ label: 'maps at uneven scores', done: weaker.length, total: each * labels.length });
    }
  }
  const stronger = cases.filter((one) => !weaker.includes(one));
  const some = weaker.length > 0;
  return {
    weaker: some ? { ...pointingShares(weaker), classes: byClass(weaker, labels) } : null,
    stronger: some ? pointingShares(stronger) : null,
    ratio: UNEVEN,
    candidates,
    cases,
  };
}

const bothSeen = (network: Network, { scene, kinds }: RivalScene): boolean =>
  kinds.every((kind) => {
    const { mask } = maskInInput(network, scene, [kind]);
    return mask.reduce((sum, inside) => sum + Number(inside > 0), 0) >= LEAST_SEEN * mask.length;
  });
