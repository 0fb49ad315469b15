import { WhylightError } from '../explain/errors';
import { crossedMean } from '../explain/statistics/crossed-mean';
import { type Estimate, estimateShare } from '../explain/statistics/estimate';
import { detectionExcess, quantile } from './detection-excess';
import { trainingKind } from './training-kind';

/** How much of each map lies on the background, under networks that rely on it more or less. */
export interface DetectionInput {
  readonly maps: readonly string[];
  readonly networks: readonly { readonly name: string; readonly reliance: Estimate }[];
  /** By map, network and photo: share of the map's positive values outside the animal; null where there are none. */
  readonly shares: readonly (readonly (readonly (number | null)[])[])[];
  /** Names of the networks whose maps say what is usual. */
  readonly fair: readonly string[];
}

/** Trainings of one kind. */
export interface DetectionGroup {
  /** The networks’ name without the seed: `bias-0.8`. */
  readonly name: string;
  readonly networks: readonly string[];
  /** Mean measured reliance on the background. */
  readonly reliance: number;
  /** Share of photos on which the map shows the background; null where fewer than two photos have a map. */
  readonly hits: Estimate | null;
  /** Hits less false alarms, by a two-level bootstrap; null with one training, or one fair one. */
  readonly excess: Estimate | null;
}

/** One method's curve. */
export interface DetectionCurve {
  readonly map: string;
  /** The share on the background that a map of a fair network exceeds on one photo of twenty. */
  readonly threshold: number;
  /** How often a fair network's map exceeds that of the other fair networks; null where there is no other. */
  readonly falseAlarms: Estimate | null;
  /** By rising reliance; the fair networks are not among them. */
  readonly groups: readonly DetectionGroup[];
  /** Reliance of the first group from which on every group's hits lie above the false alarms; null where there is none. */
  readonly firstReliance: number | null;
}

/** Of a fair network's maps, the share that the threshold lets pass. */
const USUAL = 0.95;

/**
 * From which measured reliance on does a map show the background? A map shows it on a photo where more of its positive
 * values lies outside the animal than in 95 of 100 maps of the same method for fair networks, on the same photos. The
 * false alarms are those of each fair network against the threshold of the other ones. Intervals are for other trainings
 * and other photos (`crossedMean`; of one training Wilson's over photos) and hold for all maps and groups together
 * (Bonferroni); a group's hits are real where its interval lies above that of the false alarms. Beside them stands by how much
 * hits exceed false alarms, with the interval of a two-level bootstrap (`detectionExcess`), Bonferroni's too.
 *
 * @throws WhylightError for no fair network, a name that is none of the networks, and no other network.
 */
export function detectionCurves({ maps, networks, shares, fair }: DetectionInput): DetectionCurve[] {
  const unknown = fair.find((name) => !networks.some((one) => one.name === name));
  if (unknown !== undefined || fair.length === 0) {
    const names = networks.map(({ name }) => name).join(', ');
    throw new WhylightError(`fair networks: ${unknown ?? 'none'} (allowed: one or more of ${names})`);
  }
  const others = networks.map((_, n) => n).filter((n) => !fair.includes(networks[n]!.name));
  if (others.length === 0) throw new WhylightError('every network is a fair one (allowed: at least one other)');
  const base = fair.map((name) => networks.findIndex((one) => one.name === name));
  const kinds = [...new Set(others.map((n) => trainingKind(networks[n]!.name)))];
  const together = maps.length * (kinds.length + 1);
  return maps.map((map, m): DetectionCurve => {
    const rows = shares[m]!;
    const usual = (of: readonly number[]) =>
      quantile(
        of.flatMap((n) => rows[n]!.filter((one) => one !== null)),
        USUAL,
      );
    const threshold = usual(base);
    const alarms = base.map((n) => exceeding(rows[n]!, usual(base.filter((other) => other !== n))));
    const falseAlarms = base.length < 2 ? null : share(alarms, together);
    const groups = kinds
      .map((kind): DetectionGroup => {
        const members = others.filter((n) => trainingKind(networks[n]!.name) === kind);
        return {
          name: kind,
          networks: members.map((n) => networks[n]!.name),
          reliance: members.reduce((sum, n) => sum + networks[n]!.reliance.value, 0) / members.length,
          hits: share(
            members.map((n) => exceeding(rows[n]!, threshold)),
            together,
          ),
          excess: detectionExcess({
            fair: base.map((n) => rows[n]!),
            others: members.map((n) => rows[n]!),
            usual: USUAL,
            together: maps.length * kinds.length,
          }),
        };
      })
      .sort((a, b) => a.reliance - b.reliance);
    const limit = falseAlarms?.high ?? 1 - USUAL;
    const real = groups.map(({ hits }) => hits !== null && hits.low > limit);
    const first = groups.findIndex((_, i) => real.slice(i).every(Boolean));
    return { map, threshold, falseAlarms, groups, firstReliance: first < 0 ? null : groups[first]!.reliance };
  });
}

/** 1 where a share lies above the threshold, null where there is none. */
const exceeding = (row: readonly (number | null)[], threshold: number) =>
  row.map((one) => (one === null ? null : Number(one > threshold)));

/** Mean over the photos that have a value under every network. */
function share(rows: readonly (readonly (number | null)[])[], together: number): Estimate | null {
  const whole = rows[0]!.map((_, p) => p).filter((p) => rows.every((row) => row[p] !== null));
  if (whole.length < 2) return null;
  const values = rows.map((row) => whole.map((p) => row[p]!));
  // Equal answers everywhere tell no spread: then, as of one training, the photos alone say how sure it is.
  const even = values.every((row) => row.every((one) => one === values[0]![0]));
  if (values.length > 1 && !even) return crossedMean(values, [0, 1], together);
  return estimateShare(
    values[0]!.reduce((sum, one) => sum + one, 0),
    whole.length,
    together,
  );
}
