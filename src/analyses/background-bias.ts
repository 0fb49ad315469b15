import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import { cam } from '../explain/methods/cam';
import { grown, massOutside } from '../explain/metrics/mass-outside';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import {
  type Estimate,
  estimateMeanShare,
  estimatePairedDifference,
  estimateShare,
} from '../explain/statistics/estimate';
import { predict } from '../explain/training/fine-tune';
import { backgroundEstimates } from '../plots/background-estimates';
import type { Figure } from '../plots/figure';
import { type LabelledScene, sceneDataset } from '../scenes/dataset';
import { type AnimalKind, animalKinds } from '../scenes/spec';
import { evaluationSeed } from './evaluation-seed';

/** The three kinds of test scenes, by their bias: the same animals, each on another background. */
export const sceneSets = {
  /** Any background under any animal. */
  fair: 0.5,
  /** The class's own background, always. */
  own: 1,
  /** The other class's, always. */
  swapped: 0,
} as const;

export type SceneSet = keyof typeof sceneSets;

/** How many scenes, and which. */
export interface BackgroundBiasOptions extends RunOptions {
  /** Scenes of each set. Default 400. */
  readonly scenes?: number;
  /** Scenes with their own backgrounds whose activation maps are measured. Default 100. */
  readonly maps?: number;
  /** Seed of the scenes, which are drawn from a stream that no training set of the same seed shares. Default 1. */
  readonly seed?: number;
  /** Side of the scenes in px. Default 128. */
  readonly size?: number;
}

/** Mean share of the positive mass of a class's activation map that lies outside the animal, on its own background. */
export interface MapOutside {
  readonly label: string;
  /** Null where no map of the class was measured, or none had positive mass. */
  readonly mass: Estimate | null;
  /** The same beyond one cell of the map: a map cannot be finer than its cells. */
  readonly far: Estimate | null;
}

/** How much one network looks at the background. */
export interface NetworkBias {
  readonly name: string;
  readonly title: string;
  /** Right answers (Wilson's interval). */
  readonly accuracy: Readonly<Record<SceneSet, Estimate>>;
  /** How many more of the same animals it gets right on their own backgrounds than on swapped ones (paired). */
  readonly dependence: Estimate;
  /** Mean share of the positive mass of the true class's activation map that lies outside the animal, over all classes; null where none had any. */
  readonly camOutside: Estimate | null;
  /** The same class by class. */
  readonly outside: readonly MapOutside[];
}

/** What the background decides, network by network. */
export interface BackgroundBias {
  readonly networks: readonly NetworkBias[];
  /** Mean share of the picture outside the animal: what a map without any preference would put there. */
  readonly areaOutside: number;
  readonly seed: number;
  readonly figures: { readonly accuracy: Figure };
}

/**
 * Does the background decide? Right answers on unseen drawn scenes, the same animals on any background, on their class's
 * own and on the other class's, and how much of each class's activation map lies outside the animal.
 *
 * @throws WhylightError for a network with another class than the drawn animals, and for no scenes or maps; AbortedError when interrupted.
 */
export async function backgroundBias(
  networks: readonly Network[],
  options: BackgroundBiasOptions = {},
): Promise<BackgroundBias> {
  const { scenes = 400, maps = 100, seed = 1, size = 128, onProgress, signal } = withAmbient(options);
  for (const [what, count] of Object.entries({ scenes, maps })) {
    if (!Number.isInteger(count) || count < 1)
      throw new WhylightError(`${what}: ${count} (allowed: whole numbers from 1)`);
  }
  for (const network of networks) classesOf(network);
  const right = networks.map(() => ({ fair: [] as boolean[], own: [] as boolean[], swapped: [] as boolean[] }));
  const outside = networks.map(({ classes }) => classes.map(() => ({ mass: [] as number[], far: [] as number[] })));
  const areas: number[] = [];
  const total = scenes * 3;
  let done = 0;
  for (const set of Object.keys(sceneSets) as SceneSet[]) {
    for (const [n, network] of networks.entries()) {
      // Drawn anew for every network: its classes decide which animals there are, and pictures are not kept.
      const classes = classesOf(network);
      let batch: LabelledScene[] = [];
      const finish = async () => {
        right[n]![set].push(...(await rightAnswers(network, batch, signal)));
        batch = [];
      };
      let count = 0;
      for (const scene of sceneDataset({
        count: scenes,
        classes,
        bias: sceneSets[set],
        seed: evaluationSeed('single', seed),
        width: size,
        height: size,
      })) {
        batch.push(scene);
        if (set === 'own' && count < maps) {
          const { mass, far, area } = await measureMap(network, scene);
          const own = outside[n]![network.classes.indexOf(scene.label)]!;
          if (mass !== null) own.mass.push(mass);
          if (far !== null) own.far.push(far);
          if (n === 0) areas.push(area);
        }
        count++;
        if (batch.length === 64) {
          await finish();
          onProgress?.({ label: `${set} scenes, ${network.name}`, done: count, total: scenes });
        }
        if (count % 8 === 0) await yieldToEvents(signal);
      }
      await finish();
      done += scenes;
      onProgress?.({ label: 'scenes', done, total: total * networks.length });
    }
  }
  const measured = networks.map(({ name, title, classes }, n): NetworkBias => {
    const { fair, own, swapped } = right[n]!;
    return {
      name,
      title,
      accuracy: {
        fair: share(fair),
        own: share(own),
        swapped: share(swapped),
      },
      dependence: estimatePairedDifference(own, swapped),
      camOutside: meanShare(outside[n]!.flatMap(({ mass }) => mass)),
      outside: classes.map((label, i) => ({
        label,
        mass: meanShare(outside[n]![i]!.mass),
        far: meanShare(outside[n]![i]!.far),
      })),
    };
  });
  return {
    networks: measured,
    areaOutside: areas.reduce((sum, area) => sum + area, 0) / areas.length,
    seed,
    figures: { accuracy: backgroundEstimates(measured, { width: 420 }) },
  };
}

function classesOf({ name, classes }: Network): readonly AnimalKind[] {
  const unknown = classes.find((label) => !(animalKinds as readonly string[]).includes(label));
  if (unknown === undefined) return classes as readonly AnimalKind[];
  throw new WhylightError(`${name} has a class that is not drawn: ${unknown} (drawn are: ${animalKinds.join(', ')})`);
}

async function rightAnswers(
  network: Network,
  scenes: readonly LabelledScene[],
  signal?: AbortSignal,
): Promise<boolean[]> {
  const pictures = scenes.map(({ scene }) => prepareInput(scene.image, network.preprocessing).image.pixels);
  const probabilities = await predict(network, pictures, signal);
  const classes = network.classes.length;
  return scenes.map(({ label }, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    return network.classes[row.indexOf(Math.max(...row))] === label;
  });
}

async function measureMap(network: Network, { scene, label }: LabelledScene) {
  const { width, height } = scene.image;
  const mask = new Uint8Array(width * height);
  for (const { kind, mask: own } of scene.objects) {
    if (kind === label)
      own.forEach((value, i) => {
        mask[i]! |= value;
      });
  }
  const map = await cam(network, scene.image, { target: label });
  const cell = Math.max(map.crop.height / map.coarse!.height, map.crop.width / map.coarse!.width);
  return {
    ...massOutside(map, mask, scene.image),
    far: massOutside(map, grown(mask, width, height, Math.round(cell)), scene.image).mass,
  };
}

/** Null where nothing was measured. */
const meanShare = (shares: readonly number[]) => (shares.length === 0 ? null : estimateMeanShare(shares));

const share = (answers: readonly boolean[]) => estimateShare(answers.filter(Boolean).length, answers.length);
