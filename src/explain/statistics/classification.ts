/** How well a classifier does on a set of photos. */
export interface ClassificationReport {
  readonly count: number;
  readonly accuracy: number;
  /** Wilson score interval at 95 %. */
  readonly interval: readonly [number, number];
  /** Rows: true class; columns: predicted class. */
  readonly confusion: readonly (readonly number[])[];
  /** Reliability: photos by the probability of the predicted class, in ten bins of 0.1. */
  readonly calibration: readonly { readonly confidence: number; readonly accuracy: number; readonly count: number }[];
  /** Expected calibration error: mean distance between confidence and accuracy over those bins. */
  readonly calibrationError: number;
  /** For two classes: points of the ROC curve of the second class, from (0, 0) to (1, 1), and the area below it. */
  readonly roc: { readonly points: readonly (readonly [number, number])[]; readonly area: number } | null;
}

/** Wilson score interval of a proportion at 95 %. */
export function wilsonInterval(successes: number, count: number, z = 1.959963984540054): readonly [number, number] {
  if (count === 0) return [0, 1];
  const p = successes / count;
  const centre = p + (z * z) / (2 * count);
  const spread = z * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/**
 * Accuracy with its interval, confusion matrix, calibration and (for two classes) the ROC curve.
 *
 * @param probabilities photos × classes, row by row.
 * @param labels true class of each photo.
 */
export function classificationReport(
  probabilities: Float32Array,
  labels: readonly number[],
  classes: number,
): ClassificationReport {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0, count: 0 }));
  let right = 0;
  labels.forEach((label, photo) => {
    const row = probabilities.subarray(photo * classes, (photo + 1) * classes);
    const predicted = row.indexOf(Math.max(...row));
    const confidence = row[predicted]!;
    confusion[label]![predicted]!++;
    if (predicted === label) right++;
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!;
    bin.count++;
    bin.confidence += confidence;
    if (predicted === label) bin.right++;
  });
  const count = labels.length;
  const filled = bins.filter((bin) => bin.count > 0);
  return {
    count,
    accuracy: count === 0 ? 0 : right / count,
    interval: wilsonInterval(right, count),
    confusion,
    calibration: filled.map((bin) => ({
      confidence: bin.confidence / bin.count,
      accuracy: bin.right / bin.count,
      count: bin.count,
    })),
    calibrationError: filled.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / Math.max(1, count),
    roc: classes === 2 ? rocCurve(labels.map((label, i) => [probabilities[i * 2 + 1]!, label === 1] as const)) : null,
  };
}

function rocCurve(scored: readonly (readonly [number, boolean])[]): ClassificationReport['roc'] {
  const positives = scored.filter(([, positive]) => positive).length;
  const negatives = scored.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const sorted = [...scored].sort((a, b) => b[0] - a[0]);
  const points: [number, number][] = [[0, 0]];
  let [hits, alarms, area] = [0, 0, 0];
  for (let i = 0; i < sorted.length; ) {
    const threshold = sorted[i]![0];
    const before = [alarms / negatives, hits / positives] as const;
    // Equal scores move together: a diagonal step, not a lucky order.
    for (; i < sorted.length && sorted[i]![0] === threshold; i++) sorted[i]![1] ? hits++ : alarms++;
    const after: [number, number] = [alarms / negatives, hits / positives];
    area += ((after[0] - before[0]) * (after[1] + before[1])) / 2;
    points.push(after);
  }
  return { points, area };
}
