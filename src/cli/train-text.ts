import type { OtherData } from '../explain/training/test-set';
import type { Judgement, Trained } from '../explain/training/trained';
import { table } from './table';

/** All that a training's JSON file says. */
export interface TrainingRecord extends Pick<Trained, 'curve' | 'settings' | 'learnt' | 'validation' | 'test'> {
  readonly name: string;
  readonly title: string;
  readonly kind: 'scratch' | 'head' | 'unfreeze';
  readonly data: {
    readonly source: string;
    readonly sha256: string;
    /** Photos of each class. */
    readonly photos: Readonly<Record<string, number>>;
    readonly duplicateGroups: number | null;
  };
  /** Photos of each part. */
  readonly split: { readonly training: number; readonly validation: number; readonly test: number };
  readonly weights: { readonly file: string; readonly sha256: string; readonly bytes: number };
  readonly other: OtherData | null;
  /** Names of the test part's photos. */
  readonly heldOut: readonly string[];
}

const WORST = 8;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A training's results as lines for a person. */
export function describeTraining(
  record: TrainingRecord,
  { resumedAfter, files }: { readonly resumedAfter: number; readonly files: readonly string[] },
): string {
  const { name, title, data, split, settings, curve, learnt, validation, test, other } = record;
  const counts = Object.entries(data.photos);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const groups =
    data.duplicateGroups === null ? '' : `; ${data.duplicateGroups} groups of near-duplicates kept together`;
  const last = settings.keep === 'last';
  const point = last
    ? curve.points.at(-1)!
    : curve.points.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const l2 = settings.l2 === undefined ? '' : `, L2 ${settings.l2}`;
  return [
    `${name}: ${title}`,
    `  ${total} photos of ${data.source} (${counts.map(([label, count]) => `${label} ${count}`).join(', ')})${groups}`,
    `  training ${split.training}, validation ${split.validation}, test ${split.test} photos; seed ${settings.seed}`,
    `  ${last ? 'kept' : 'best'} after ${curve.unit} ${point.at} of ${curve.points.at(-1)!.at}${l2}: training loss ${point.trainingLoss.toFixed(3)}, validation loss ${point.validationLoss.toFixed(3)}, ${percent(validation.accuracy)} right`,
    ...(learnt
      ? [
          `  random labels: ${learnt.right} of its ${learnt.count} training photos answered with the labels it was shown`,
        ]
      : []),
    ...(resumedAfter > 0 ? [`  went on after epoch ${resumedAfter}, where an earlier run was interrupted`] : []),
    ...judged(`held-out photos (${test.count})`, test, Object.keys(data.photos)),
    ...(other === null
      ? []
      : judged(
          `photos of ${other.source} (${other.judgement.count}; ${other.leftOut} near-duplicates of the training data left out)`,
          other.judgement,
          Object.keys(data.photos),
        )),
    `  written: ${files.join(' ')}`,
    '',
  ].join('\n');
}

function judged(on: string, judgement: Judgement, classes: readonly string[]): string[] {
  const { accuracy, interval, roc, calibrationError, calibration, confusion, mistakes } = judgement;
  const area = roc === null ? '' : `, area under ROC ${roc.area.toFixed(4)}`;
  const rows = [
    ['    true class', ...classes.map((label) => `said ${label}`)],
    ...confusion.map((row, i) => [`    ${classes[i]}`, ...row.map(String)]),
  ];
  const bins = calibration.map((bin) => `${percent(bin.confidence)} → ${percent(bin.accuracy)} of ${bin.count}`);
  const worst = mistakes
    .slice(0, WORST)
    .map(({ photo, predicted, probability, truth }) => [
      `    ${photo}`,
      `${truth}, taken for ${predicted}`,
      `${percent(probability)} ${truth}`,
    ]);
  return [
    `  ${on}: ${percent(accuracy)} right (95 % interval ${percent(interval[0])} to ${percent(interval[1])})${area}`,
    table(rows),
    `    calibration error ${percent(calibrationError)}; confidence → right: ${bins.join(', ')}`,
    ...(worst.length > 0 ? [`    worst of ${mistakes.length} mistakes:`, table(worst)] : ['    no mistakes']),
  ];
}
