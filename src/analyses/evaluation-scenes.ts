import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import type { Look } from '../explain/look';
import type { Thing } from '../explain/measures/define-measure';
import { maskOnInput } from '../explain/measures/input-mask';
import { perturb } from '../explain/perturbation';
import type { RunOptions } from '../explain/progress';
import { logitsOf } from '../explain/scored-copies';
import { findClass, type ResolvedTarget } from '../explain/target';
import { partsOf, withoutObject, withoutPart } from '../scenes/counterfactuals';
import { type LabelledSpec, sceneSpecs } from '../scenes/dataset';
import { sceneMasks } from '../scenes/masks';
import { ownBackground, rivalBackground } from '../scenes/random-scene';
import { drawScene } from '../scenes/scene';
import { type AnimalKind, isAnimal, type SceneSpec } from '../scenes/spec';
import { swapBackground } from '../scenes/study-scenes';
import type { EvaluationPhoto } from './evaluation-photo';
import { evaluationSeed } from './evaluation-seed';

/** Which drawn scenes explanations are evaluated on. */
export interface EvaluationScenesOptions {
  /** Default 20. */
  readonly scenes?: number;
  /** They are drawn from a stream that no training set of the same seed shares. Default 1. */
  readonly seed?: number;
  /** Default: dog, wolf. */
  readonly classes?: readonly AnimalKind[];
  /** Chance of the class's own background; the others have its rival's. Default 0.5. */
  readonly bias?: number;
  /** Chance of a person, ball or tree beside the animal. Default 0.5. */
  readonly distraction?: number;
  /** Side in px. Default 128. */
  readonly size?: number;
}

/**
 * Scenes of one animal, drawn again for what each thing in them is worth.
 * @throws WhylightError for a count below 1 and for classes that are not drawn.
 */
export function evaluationScenes({
  scenes = 20,
  seed = 1,
  classes = ['dog', 'wolf'],
  bias = 0.5,
  distraction = 0.5,
  size = 128,
}: EvaluationScenesOptions = {}): EvaluationPhoto[] {
  const options = { count: scenes, bias, distraction, classes, width: size, height: size };
  const specs = [...sceneSpecs({ ...options, seed: evaluationSeed('evaluation', seed) })];
  return scenePhotos(specs, (i) => `scene-${seed}-${i}`);
}

/** Given scenes, drawn again for what each thing in them is worth. */
export function scenePhotos(
  specs: readonly Pick<LabelledSpec, 'spec' | 'label'>[],
  nameOf: (i: number) => string,
): EvaluationPhoto[] {
  return specs.map(({ spec, label }, i): EvaluationPhoto => {
    const name = nameOf(i);
    const { image } = drawScene(spec);
    return {
      name,
      photo: { ...image, source: name },
      label,
      classes: (network) => [findClass(network, label)],
      mask: (input) => {
        const animal = drawScene(spec).objects.find(({ kind }) => kind === label)!;
        return maskOnInput(animal.mask, image, input).mask;
      },
      things: (look, target, run) => sceneThings(spec, label, image, look, target, run),
      key: spec,
    };
  });
}

/** A change of a scene, and the pixels that speak of it. */
interface Change {
  readonly name: string;
  readonly of: string | null;
  readonly spec: SceneSpec;
  /** Over the scene. */
  readonly masks: readonly Uint8Array[];
}

/**
 * What each thing of a scene is worth to a target: its logit less its logit on the scene drawn without the thing. The
 * labelled animal, its parts, every other object, each with its shadow, and the background, which is all that is left; it
 * is replaced by the other one of the two backgrounds that the animal and its rival have as their own. A thing whose
 * picture is the same without it is hidden, and left out.
 */
async function sceneThings(
  spec: SceneSpec,
  label: AnimalKind,
  image: ImageSample,
  look: Look,
  target: ResolvedTarget,
  run: RunOptions,
): Promise<readonly Thing[]> {
  const { network, input } = look;
  const pictures = changesOf(spec, label)
    .map((change) => ({ ...change, image: drawScene(change.spec).image }))
    .filter((change) => change.image.sha256 !== image.sha256);
  const inputs = pictures.map((change) => prepareInput(change.image, network.preprocessing).values);
  const { onProgress: _, ...quiet } = run;
  const scores = await perturb(network, input.values, {
    ...quiet,
    ...logitsOf([target]),
    journal: null,
    label: 'scenes drawn again',
    key: null,
    count: inputs.length,
    write: (i, into) => into.set(inputs[i]!),
  });
  return pictures.map(({ name, of, masks }, i) => ({
    name,
    of,
    mask: maskOnInput(union(masks), image, input).mask,
    worth: target.logit - scores[i]!,
  }));
}

function changesOf(spec: SceneSpec, label: AnimalKind): Change[] {
  const masks = sceneMasks(spec);
  const at = spec.objects.findIndex(({ kind }) => kind === label);
  const animal = spec.objects[at];
  if (animal === undefined || !isAnimal(animal)) throw new WhylightError(`${spec.name} has no ${label} in it`);
  const objects = spec.objects.map((object, i): Change => {
    const name = i === at ? 'animal' : `${object.kind}${i === 0 ? '' : ` ${i}`}`;
    return { name, of: null, spec: withoutObject(spec, i), masks: [masks[i]!.mask, masks[i]!.shadow] };
  });
  const parts = partsOf(animal).map((part): Change => {
    const own = masks[at]!.parts.filter((one) => one.part === part);
    return { name: part, of: 'animal', spec: withoutPart(spec, at, part), masks: own.map(({ mask }) => mask) };
  });
  const own = ownBackground[label];
  const other = spec.background.kind === own ? rivalBackground(label) : own;
  const covered = masks.flatMap(({ mask, shadow }) => [mask, shadow]);
  const rest = Uint8Array.from(covered[0]!, (_, i) => (covered.some((mask) => mask[i] !== 0) ? 0 : 255));
  return [
    ...objects,
    ...parts.filter(({ masks }) => masks.some((mask) => mask.some((inside) => inside > 0))),
    { name: 'background', of: null, spec: swapBackground(spec, other), masks: [rest] },
  ];
}

const union = (masks: readonly Uint8Array[]) =>
  Uint8Array.from(masks[0]!, (_, i) => (masks.some((mask) => mask[i] !== 0) ? 255 : 0));
