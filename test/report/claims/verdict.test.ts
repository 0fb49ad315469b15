import { describe, expect, it } from 'vitest';
import { difference, findingCells, verdictOf, verdictOfAll } from '../../../src/report/claims/verdict';

const of = (low: number, high: number) => ({
  estimate: { value: (low + high) / 2, low, high, count: 100 },
  above: 0.02,
});

describe('the rule of the verdicts', () => {
  it.each([
    [0.021, 0.5, 'holds'],
    [0.02, 0.5, 'open'],
    [-0.5, 0.02, 'open'],
    [-0.5, 0.019, 'fails'],
    // A difference that is there, but too small to count.
    [0.005, 0.015, 'fails'],
    // Equal values of few scenes: nothing is known.
    [-0.031, 0.031, 'open'],
  ] as const)('from %f to %f: %s', (low, high, expected) => {
    expect(verdictOf(of(low, high))).toBe(expected);
  });

  it('of several numbers: all must hold, one can fail', () => {
    const [holds, fails, open] = [of(0.1, 0.2), of(-0.1, 0), of(0, 0.1)];
    expect(verdictOfAll([holds, holds])).toBe('holds');
    expect(verdictOfAll([holds, open])).toBe('open');
    expect(verdictOfAll([open, fails, holds])).toBe('fails');
    expect(verdictOfAll([])).toBe('open');
  });

  it('is shown beside its bound, with what was counted', () => {
    expect(findingCells(difference('gain', of(0.1, 0.2).estimate))).toEqual({
      claimed: '> 2 pp',
      value: '15.0',
      low: '10.0',
      high: '20.0',
      count: '100',
    });
    const correlation = {
      measure: 'r',
      estimate: of(-0.2, 0.6).estimate,
      unit: 'r',
      above: 0.5,
      of: 'photos',
    } as const;
    expect(findingCells(correlation)).toMatchObject({
      claimed: '> 0.5',
      value: '0.20',
      low: '−0.20',
      count: '100 photos',
    });
  });
});
