import type { Estimate } from '../../explain/statistics/estimate';
import { decimal } from '../numbers';
import type { Verdict } from '../prose/grammar';

/** Differences of shares and probabilities up to this one count as none: two percentage points. */
export const MARGIN = 0.02;

/** One number of which a claim says that it is larger than a bound. */
export interface Finding {
  /** `P(target), rival painted over`: a few words, for a narrow table. */
  readonly measure: string;
  readonly estimate: Estimate;
  /** A correlation, or percentage points. */
  readonly unit: 'r' | 'pp';
  /** What the claim says that the number exceeds. */
  readonly above: number;
  /** What was counted. */
  readonly of: 'scenes' | 'photos';
}

/** One number that stands beside those of a claim, without a verdict of its own. */
export interface Detail {
  /** `rival drawn out: wolf`: a few words, for a narrow table. */
  readonly measure: string;
  readonly estimate: Estimate;
  /** A correlation, a difference in percentage points, or a share in percent. */
  readonly unit: 'r' | 'pp' | '%';
  /** What was counted. Default: scenes. */
  readonly of?: 'scenes' | 'photos';
}

/** What a claim is asked about: a network, or a set of pictures. */
export interface Subject {
  readonly findings: readonly Finding[];
  /** What is asked of each network, answered by yes or no: `is it better?`. Default: the claim holds or fails. */
  readonly question?: string;
}

/** Holds where the whole interval lies above the bound, fails where it lies wholly below, and is open where it holds it. */
export const verdictOf = ({ estimate, above }: Pick<Finding, 'estimate' | 'above'>): Verdict =>
  estimate.low > above ? 'holds' : estimate.high < above ? 'fails' : 'open';

/** Of several numbers of one subject: holds where all do, and fails where one does. */
export function verdictOfAll(findings: readonly Pick<Finding, 'estimate' | 'above'>[]): Verdict {
  const verdicts = findings.map(verdictOf);
  if (verdicts.includes('fails')) return 'fails';
  return verdicts.length > 0 && verdicts.every((one) => one === 'holds') ? 'holds' : 'open';
}

/** A difference that a claim says is there. */
export const difference = (measure: string, estimate: Estimate): Finding => ({
  measure,
  estimate,
  unit: 'pp',
  above: MARGIN,
  of: 'scenes',
});

/** A number as a table shows it, with its interval and what it was counted on: shares in percent, or correlations. */
export function estimateCells({ estimate, unit, of = 'scenes' }: Omit<Detail, 'measure'>) {
  const number = (value: number) => (unit === 'r' ? decimal(value) : decimal(100 * value, 1));
  return {
    value: number(estimate.value),
    low: number(estimate.low),
    high: number(estimate.high),
    count: of === 'scenes' ? String(estimate.count) : `${estimate.count} ${of}`,
  };
}

/** A finding's numbers as the table shows them: in percentage points, or correlations. */
export const findingCells = ({ above, ...finding }: Finding) => ({
  claimed: finding.unit === 'r' ? `> ${decimal(above, 1)}` : `> ${decimal(100 * above, 0)} pp`,
  ...estimateCells(finding),
});
