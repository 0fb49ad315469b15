import type { Attribution } from '../../explain/attribution';
import { centreBlob } from '../../explain/measures/baselines/centre';
import { massOutside } from '../../explain/measures/mass-outside';
import { correlation } from '../../explain/statistics/correlation';
import { placeWords, summariseMap } from '../../plots/describe-map';
import { answerWords } from '../../plots/words';
import type { Scene } from '../../scenes/scene';
import { animalKinds } from '../../scenes/spec';
import { decimal, wholePercentage } from '../numbers';
import type { Prose } from '../prose/blocks';
import { agree } from '../prose/grammar';
import { prose } from '../prose/make';

/** Where a map's strongest point lies: `at the upper left`. */
export function peakPlace(map: Attribution): string {
  const { peak } = summariseMap(map);
  return placeWords((peak.x + 0.5) / map.width, (peak.y + 0.5) / map.height);
}

export const isFlat = ({ values }: Pick<Attribution, 'values'>) => values.every((value) => value === values[0]);

/** `peaks at the top`; of a map that has no peak, what it has instead. */
export function peakClause(map: Attribution): string {
  if (isFlat(map)) return 'has one value everywhere';
  return `${halfMass(map) === null ? 'has no positive value and is highest' : 'peaks'} ${peakPlace(map)}`;
}

/** Smallest share of the picture that holds half of a map's positive mass, `12 %`; null where nothing is positive. */
export function halfMass(map: Attribution): string | null {
  const { halfMassArea } = summariseMap(map);
  return halfMassArea === null ? null : wholePercentage(halfMassArea);
}

/** A map's positive mass on the animals of a drawn scene. */
interface AnimalMass {
  /** How many animals are to be seen. */
  readonly animals: number;
  /** Share of the mass, 0–1. */
  readonly mass: number;
  /** Share of the picture that they fill, which an even map's mass would have too. */
  readonly area: number;
  /** What a plain blob at the picture's centre has on them. */
  readonly centre: number;
}

/** Null for photos, and where there is no animal or no mass. */
export function animalMass(map: Attribution, scene: Scene | null): AnimalMass | null {
  const objects = scene?.objects.filter(
    ({ kind, area }) => area > 0 && (animalKinds as readonly string[]).includes(kind),
  );
  if (scene === null || objects === undefined || objects.length === 0) return null;
  const animals = Uint8Array.from({ length: scene.image.width * scene.image.height }, (_, i) =>
    objects.some(({ mask }) => mask[i]! > 0) ? 255 : 0,
  );
  const outside = massOutside(map, animals, scene.image);
  if (outside.mass === null || outside.area === 1) return null;
  const blob = massOutside({ ...map, values: centreBlob(map.width, map.height) }, animals, scene.image);
  return { animals: objects.length, mass: 1 - outside.mass, area: 1 - outside.area, centre: 1 - blob.mass! };
}

/** What maps that know nothing would put there: `2.3 times what an even map would put there, where a blob at the centre would put 26 %`. */
export const besideNothing = ({ mass, area, centre }: AnimalMass): string =>
  `${decimal(mass / area, 1)} times what an even map would put there, where a plain blob at the centre would put ${wholePercentage(centre)}`;

/** `The animal fills 20 % of the picture and holds 45 % of the positive mass, 2.3 times what an even map would put there, …` */
export function animalSentence(of: AnimalMass | null, what: string): Prose {
  if (of === null) return [];
  const { animals, mass, area } = of;
  const [fill, hold] = [agree(animals, 'animal fills', 'animals fill'), agree(animals, 'holds', 'hold')];
  return prose`The ${fill} ${wholePercentage(area)} of the picture and ${hold} ${wholePercentage(mass)} of ${what}, ${besideNothing(of)}.`;
}

/** `86.5 %`; of a value `37.2 years`; of a difference of classes, which has no probability, `a score difference of 3.24 logits`. */
export const scoreWords = ({
  probability,
  logit,
  unit,
}: Pick<Attribution['target'], 'probability' | 'logit' | 'unit'>) =>
  probability === null && unit === undefined
    ? `a score difference of ${decimal(logit)} logits`
    : answerWords({ probability, logit, unit });

type Values = Pick<Attribution, 'values'>;

/** Correlation of two maps; null where one of them is the same everywhere. */
export const mapCorrelation = (a: Values, b: Values): number | null =>
  isFlat(a) || isFlat(b) ? null : correlation(a.values, b.values);

/** The same of their absolute values. */
export const absoluteCorrelation = (a: Values, b: Values): number | null =>
  mapCorrelation({ values: a.values.map(Math.abs) }, { values: b.values.map(Math.abs) });
