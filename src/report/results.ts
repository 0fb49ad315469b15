import type { PhotoExplanation } from '../analyses/explain-photo';
import type { Attribution } from '../explain/attribution';
import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import { placeWords, readable, summariseMap } from '../plots/describe-map';
import { percent, shortLabel } from '../plots/words';
import type { StudySubject } from './study';

/** One subject of a study with its results. */
export interface Explained {
  readonly subject: StudySubject;
  readonly network: Network;
  readonly photo: ImageSample;
  readonly explanation: PhotoExplanation;
}

/** A subject's numbers as words, for the templates. */
export type SubjectWords = ReturnType<typeof describeSubject>;

/** Pearson correlation of two maps of equal size; 0 where one of them is constant. */
export function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

function describeSubject({ subject, network, photo, explanation }: Explained) {
  const { saliency, occlusion, cam, classification, figures } = explanation;
  const [best, second] = classification.classes;
  const grid = occlusion.grid!;
  const scores = grid.probabilities ?? grid.logits;
  const clean = saliency.target.probability!;
  const lowest = scores.indexOf(Math.min(...scores));
  const centre = (starts: readonly number[], size: number, index: number) => starts[index]! + size / 2;
  const mass = summariseMap(saliency);
  const camPeak = summariseMap(cam[0]).peak;
  const drop = clean - scores[lowest]!;
  return {
    id: subject.id,
    shows: subject.shows,
    network: network.title,
    source: photo.source,
    best: shortLabel(best!.label),
    bestProbability: percent(best!.probability),
    second: shortLabel(second!.label),
    secondProbability: percent(second!.probability),
    target: shortLabel(saliency.target.label),
    targetIsBest: saliency.target.index === best!.index,
    targetProbability: percent(clean),
    logit: readable(saliency.target.logit),
    rival: shortLabel(cam[1].target.label),
    rivalProbability: percent(cam[1].target.probability ?? 0),
    figures,
    saliency: {
      halfMass: `${((mass.halfMassArea ?? 0) * 100).toPrecision(2)} %`,
      peak: placeWords(mass.peak.x / saliency.width, mass.peak.y / saliency.height),
    },
    occlusion: {
      size: grid.size.join('×'),
      positions: String(grid.rows * grid.columns),
      lowest: percent(scores[lowest]!),
      lowestPlace: placeWords(
        centre(grid.lefts, grid.size[1], lowest % grid.columns) / occlusion.width,
        centre(grid.tops, grid.size[0], Math.floor(lowest / grid.columns)) / occlusion.height,
      ),
      highest: percent(Math.max(...scores)),
      drop: `${(drop * 100).toFixed(1)}`,
      matters: drop >= 0.1,
      flips: clean >= 0.5 && scores[lowest]! < 0.5,
      raises: Math.max(...scores) > clean + 0.02,
    },
    cam: {
      layer: cam[0].layer,
      peak: placeWords(camPeak.x / cam[0].width, camPeak.y / cam[0].height),
      correlation: correlation(cam[0].coarse!.values, cam[1].coarse!.values).toFixed(2).replace('-', '−'),
      opposed: correlation(cam[0].coarse!.values, cam[1].coarse!.values) < 0,
      /** One logit for two classes: the rival's map is the negative by construction, and its correlation says nothing. */
      byConstruction: network.output === 'sigmoid',
    },
    raw: {
      drop,
      halfMassArea: mass.halfMassArea ?? 0,
      camCorrelation: correlation(cam[0].coarse!.values, cam[1].coarse!.values),
      right: saliency.target.index === best!.index,
    },
    maps: [saliency, occlusion, ...cam] as readonly Attribution[],
  };
}

/** All that the texts of a report say in numbers. */
export function describeSubjects(explained: readonly Explained[]) {
  const subjects = explained.map(describeSubject);
  const drops = subjects.map(({ raw }) => raw.drop);
  const correlations = subjects.filter(({ cam }) => !cam.byConstruction).map(({ raw }) => raw.camCorrelation);
  return {
    subjects,
    count: String(subjects.length),
    networks: [...new Map(explained.map(({ network }) => [network.name, network])).values()],
    medianDrop: (median(drops) * 100).toFixed(1),
    largestDrop: (Math.max(...drops) * 100).toFixed(1),
    medianHalfMass: `${(median(subjects.map(({ raw }) => raw.halfMassArea)) * 100).toPrecision(2)} %`,
    comparable: correlations.length > 0,
    medianCorrelation: (correlations.length === 0 ? 0 : median(correlations)).toFixed(2).replace('-', '−'),
    decisive: String(subjects.filter(({ occlusion }) => occlusion.flips).length),
    anyDecisive: subjects.some(({ occlusion }) => occlusion.flips),
    discriminative: correlations.length > 0 && median(correlations) < 0.5,
  };
}

export type Results = ReturnType<typeof describeSubjects>;
