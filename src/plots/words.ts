import type { MaximisedActivation } from '../explain/activation-maximisation';
import type { Attribution, TargetName, TargetScore } from '../explain/attribution';
import type { ClassScore } from '../explain/classify';
import { readable } from './describe-map';

/** A method's name for people. */
export const methodTitle = ({ title }: Pick<Attribution, 'title'>): string => title;

/** The same inside a sentence: `saliency map`, `Grad-CAM`. */
export function titleInside(map: Parameters<typeof methodTitle>[0]): string {
  return methodTitle(map).replace(/^[A-Z](?=[a-z]+( |$))/, (letter) => letter.toLowerCase());
}

/** What a map's values are; a target that is not one class, and a value, have neither logit nor probability, but a score. */
export function valueUnit({ unit, target }: Pick<Attribution, 'unit' | 'target'>): string {
  const isScore = target.kind !== 'class' || target.unit !== undefined;
  return isScore ? unit.replace(/logit|probability/, target.unit || 'score') : unit;
}

/** The first name of a class whose label lists several. */
export function className(label: string): string {
  return label.split(',')[0]!.trim();
}

/** A target with its classes by their first names; a function's own name as it is. */
export function targetName({ kind, classes, label }: TargetName): string {
  const names = classes.map((one) => className(one.label)).join(' − ');
  return { function: label, negative: `−${names}`, class: names, difference: names }[kind];
}

/** What was maximised, with its classes by their first names: `logit of timber wolf`, `layer2.0.relu2, channel 5`. */
export function maximisedName({ of, target }: Pick<MaximisedActivation, 'of' | 'target'>): string {
  return target === null ? of : of.replace(target.label, targetName(target));
}

/** A probability as a reader wants it: `97.3 %`, `< 0.1 %`. */
export function percent(probability: number): string {
  const value = probability * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  if (value < 100 && value > 99.9) return '> 99.9 %';
  return `${value.toFixed(1)} %`;
}

/** A class's score as a reader wants it: `97.3 %`, or of a value `37.2 years`. */
export function answerWords({
  probability,
  logit,
  unit = '',
}: Pick<ClassScore, 'probability' | 'logit' | 'unit'>): string {
  return probability === null ? `${readable(logit)}${unit === '' ? '' : ` ${unit}`}` : percent(probability);
}

/** The target with its score: `wolf, 97.3 %`; of a value `age, 37.2 years`; of a difference, in logits, `wolf − dog, score −1.50`. */
export function targetWords({ target }: Pick<Attribution, 'target'>): string {
  const score =
    target.probability === null && target.unit === undefined
      ? `score ${target.logit.toFixed(2).replace('-', '−')}`
      : answerWords(target);
  return `${targetName(target)}, ${score}`;
}

/**
 * What an occluder changes: `P(wolf)`, `age in years`, `score difference wolf − dog in logits`, `score my margin` of a
 * function of one's own.
 */
export function scoreName(target: TargetName & Pick<TargetScore, 'unit'>): string {
  const name = targetName(target);
  const { unit } = target;
  const [score, within] = unit === undefined ? ['score ', ' in logits'] : ['', unit === '' ? '' : ` in ${unit}`];
  return {
    class: unit === undefined ? `P(${name})` : `${name}${within}`,
    negative: `${score}${name}${within}`,
    difference: `${unit === undefined ? 'score ' : ''}difference ${name}${within}`,
    function: `score ${name}`,
  }[target.kind];
}

/** A number of what {@link scoreName} names: `97.3 %`, `−1.5`. */
export function scoreNumber({ probability }: Attribution['target'], value: number): string {
  return probability === null ? readable(value) : percent(value);
}

/** What a reader must know to read the map: the occluder, the layer. Starts with a comma, or is empty. */
export function optionWords({ grid, options, layer }: Pick<Attribution, 'grid' | 'options' | 'layer'>): string {
  const stride = Array.isArray(options.stride) ? options.stride.join('×') : options.stride;
  const occluder = grid === null ? '' : `, occluder ${grid.size.join('×')} px`;
  return `${occluder}${occluder !== '' && stride !== undefined ? `, stride ${stride} px` : ''}${layer === null ? '' : `, layer ${layer}`}`;
}
