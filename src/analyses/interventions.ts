import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean, estimateMeanShare } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { classScores } from '../explain/target';
import { logitsOf } from '../explain/training/predict';
import { partsOf, rivalOf, withoutObject, withoutPart, withRival } from '../scenes/counterfactuals';
import { type LabelledSpec, sceneSpecs } from '../scenes/dataset';
import { rivalBackground } from '../scenes/random-scene';
import { drawScene } from '../scenes/scene';
import type { AnimalKind, SceneSpec } from '../scenes/spec';
import { swapBackground } from '../scenes/study-scenes';
import { evaluationSeed } from './evaluation-seed';
import { knownAnimals, rivalPairs } from './rival-scenes';

/** What is taken out of a scene, or replaced by the rival's. */
export type InterventionKind = 'object' | 'part' | 'background' | 'markings';

/** What one thing in one scene is worth to a network: the scene's score less the score without it. */
export interface ThingWorth {
  /** The scene's name. */
  readonly scene: string;
  readonly label: AnimalKind;
  readonly kind: InterventionKind;
  /** `animal` (the one of the label), another object's kind, an animal's part, `background` or `markings`. */
  readonly thing: string;
  /** Place of the object in the scene; null for the background. */
  readonly object: number | null;
  /** Of ln(P(label) / P(rival)), the difference of the two logits; negative where the thing speaks for the rival. */
  readonly logit: number;
  /** Of P(label). */
  readonly probability: number;
  /** Whether the network's answer is another without it. */
  readonly flips: boolean;
}

/** What a thing is worth in the mean over scenes. */
export interface MeanWorth {
  readonly kind: InterventionKind;
  readonly thing: string;
  /** Null: scenes of all classes. */
  readonly label: AnimalKind | null;
  /** Student's interval over scenes; without ends below six scenes. */
  readonly logit: Estimate;
  readonly probability: Estimate;
  /** Share of the scenes whose answer is another without it. */
  readonly flips: Estimate;
}

/** What everything in drawn scenes is worth to one network. */
export interface Interventions {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly scenes: number;
  readonly worths: readonly ThingWorth[];
  /** By kind and thing, first over all classes, then class by class. */
  readonly means: readonly MeanWorth[];
}

/** How many scenes, and which. */
export interface InterventionsOptions extends RunOptions {
  /** Scenes, each drawn once as it is and once for every thing in it. Default 100. */
  readonly scenes?: number;
  /** They are drawn from a stream that no training set of the same seed shares. Default 1. */
  readonly seed?: number;
  /** Side of the scenes in px. Default 128. */
  readonly size?: number;
  /** How far backgrounds go with classes. Default 1: every scene stands on its class's own. */
  readonly bias?: number;
  /** Chance of a person, ball or tree beside the animal. Default 0.5. */
  readonly distraction?: number;
}

/** Which worths are measured. */
export interface ThingWorthsOptions extends RunOptions {
  /** Default: all kinds. */
  readonly kinds?: readonly InterventionKind[];
}

/** The same scene with one thing gone or replaced. */
interface Counterfactual extends Pick<ThingWorth, 'kind' | 'thing' | 'object'> {
  readonly spec: SceneSpec;
}

/** All that can be taken out of a scene of a class or replaced by its rival's. */
function counterfactualsOf({ spec, label }: Pick<LabelledSpec, 'spec' | 'label'>): Counterfactual[] {
  const background = rivalBackground(label);
  const swapped: Counterfactual = {
    kind: 'background',
    thing: 'background',
    object: null,
    spec: swapBackground(spec, background),
  };
  const things = spec.objects.flatMap((object, i): Counterfactual[] => {
    const whole = { kind: 'object', object: i, spec: withoutObject(spec, i) } as const;
    if (object.kind !== label) return [{ ...whole, thing: object.kind }];
    const parts = partsOf(object).map(
      (part): Counterfactual => ({ kind: 'part', thing: part, object: i, spec: withoutPart(spec, i, part) }),
    );
    const markings: Counterfactual = { kind: 'markings', thing: 'markings', object: i, spec: withRival(spec, i) };
    return [{ ...whole, thing: 'animal' }, ...parts, markings];
  });
  return spec.background.kind === background ? things : [swapped, ...things];
}

/**
 * What everything in given scenes is worth to a network: each scene is drawn as it is and once without each object and each
 * part of its labelled animal, once on the rival's background and once with the rival's markings, and all are scored. A
 * worth includes what comes to light behind the thing. A thing whose picture is the same without it is hidden, and left out.
 *
 * @throws WhylightError for a label or rival that the network does not have, an output that is no softmax or sigmoid, and
 *   animals of the first set; AbortedError when interrupted.
 */
export async function thingWorths(
  network: Network,
  scenes: readonly Pick<LabelledSpec, 'spec' | 'label'>[],
  options: ThingWorthsOptions = {},
): Promise<ThingWorth[]> {
  const { kinds, onProgress, signal } = withAmbient(options);
  const worths: ThingWorth[] = [];
  for (const [i, { spec, label }] of scenes.entries()) {
    for (const one of [label, rivalOf(label)]) {
      if (!network.classes.includes(one)) {
        throw new WhylightError(`${network.name} has no class ${one} (its classes: ${network.classes.join(', ')})`);
      }
    }
    const whole = drawScene(spec).image;
    const all = counterfactualsOf({ spec, label }).filter(({ kind }) => kinds?.includes(kind) ?? true);
    const changes = all.flatMap((one) => {
      const { image } = drawScene(one.spec);
      return image.sha256 === whole.sha256 ? [] : [{ ...one, image }];
    });
    const images = [whole, ...changes.map(({ image }) => image)];
    const pictures = images.map((image) => prepareInput(image, network.preprocessing).image.pixels);
    const [before, ...after] = scoresOf(network, label, await logitsOf(network, pictures, signal));
    changes.forEach(({ kind, thing, object }, k) => {
      worths.push({
        scene: spec.name,
        label,
        kind,
        thing,
        object,
        logit: before!.logit - after[k]!.logit,
        probability: before!.probability - after[k]!.probability,
        flips: before!.answer !== after[k]!.answer,
      });
    });
    onProgress?.({ label: `interventions, ${network.name}`, done: i + 1, total: scenes.length });
    await yieldToEvents(signal);
  }
  return worths;
}

function scoresOf({ classes }: Network, label: AnimalKind, logits: Float64Array) {
  const [own, rival] = [classes.indexOf(label), classes.indexOf(rivalOf(label))];
  return Array.from({ length: logits.length / classes.length }, (_, i) => {
    const row = logits.subarray(i * classes.length, (i + 1) * classes.length);
    return {
      logit: row[own]! - row[rival]!,
      probability: classScores({ output: 'softmax' }, Float32Array.from(row)).probabilities[own]!,
      answer: row.indexOf(Math.max(...row)),
    };
  });
}

/**
 * What the things in unseen drawn scenes are worth to a network, by intervention: the truth that explanations are compared
 * with. The score is the difference of a class's logit and its rival's, which no number added to all logits changes.
 *
 * @throws WhylightError for a network that tells no drawn pair apart, and for no scenes; AbortedError when interrupted.
 */
export async function interventions(network: Network, options: InterventionsOptions = {}): Promise<Interventions> {
  const { scenes = 100, seed = 1, size = 128, bias = 1, distraction = 0.5, ...run } = options;
  const pairs = rivalPairs(network).flat();
  const classes = knownAnimals(network).filter((kind) => pairs.includes(kind));
  const streamSeed = evaluationSeed('interventions', seed);
  const draw = { count: scenes, classes, bias, distraction, seed: streamSeed, width: size, height: size };
  const worths = await thingWorths(network, [...sceneSpecs(draw)], run);
  return { name: network.name, title: network.title, seed, scenes, worths, means: meanWorths(worths) };
}

/** Means over scenes, things of one kind and name together: several in one scene are averaged first. */
export function meanWorths(worths: readonly ThingWorth[]): MeanWorth[] {
  const things = new Map(worths.map(({ kind, thing }) => [`${kind} ${thing}`, { kind, thing }] as const));
  const labels = [...new Set(worths.map(({ label }) => label))].sort();
  return [...things.values()].flatMap(({ kind, thing }) =>
    [null, ...labels].flatMap((label): MeanWorth[] => {
      const own = worths.filter(
        (one) => one.kind === kind && one.thing === thing && (label === null || one.label === label),
      );
      if (own.length === 0) return [];
      const means = (value: (one: ThingWorth) => number) => groupMeans(own, ({ scene }) => scene, value);
      return [
        {
          kind,
          thing,
          label,
          logit: estimateMean(
            means(({ logit }) => logit),
            [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
          ),
          probability: estimateMean(
            means(({ probability }) => probability),
            [-1, 1],
          ),
          flips: estimateMeanShare(means(({ flips }) => Number(flips))),
        },
      ];
    }),
  );
}
