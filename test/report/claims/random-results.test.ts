import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../src/analyses/cam-instances';
import { byClass, type PointingCase, pointingOf, pointingShares } from '../../../src/analyses/cam-pointing';
import { gradientDiscriminationOf } from '../../../src/analyses/gradient-discrimination';
import { comparePooling, type PooledCases } from '../../../src/analyses/pooling-compared';
import { type RivalCase, rivalEffectOf } from '../../../src/analyses/rival-effect';
import { seededRandom } from '../../../src/explain/random';
import {
  type Estimate,
  estimateMean,
  estimatePairedDifference,
  estimateShare,
} from '../../../src/explain/statistics/estimate';
import { estimateLeastShare } from '../../../src/explain/statistics/least-share';
import type { MeasuredClaim } from '../../../src/report/claims/claim';
import { claimsReport } from '../../../src/report/claims/report';
import { measuredClaim, network } from '../../support/claims';
import { blockText, proseText } from '../../support/prose';

/** Results of every claim by the same estimators as real ones, of few scenes and many, extreme shares and middling ones. */
function randomResults(random: () => number): MeasuredClaim[] {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const scenes = whole(2, 60);
  const list = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i));
  // Half of the chances are at an end: all right, all wrong.
  const chance = () => [0, 1, random(), random()][whole(0, 3)]!;
  const mean = (count: number, least: number, of: () => number): Estimate => estimateMean(list(count, of), [least, 1]);
  const gradients = (count: number) => {
    const [a, s, width] = [2 * random() - 1, 2 * random() - 1, 0.3 * random()];
    const near = (middle: number) => Math.max(-1, Math.min(1, middle + width * (random() - 0.5)));
    const [absent, centred] = [random() < 0.5, random() < 0.5];
    const correlations = () => ({
      absolute: near(a),
      signed: near(s),
      absent: absent ? near(a - 0.1) : null,
      neither: absent ? near(a) : null,
    });
    const pairs = list(count, (i) => ({
      source: String(i),
      label: ['dog, wolf', 'bee, ant'][i % 2]!,
      ...correlations(),
      centred: centred ? correlations() : null,
    }));
    return {
      ...gradientDiscriminationOf(pairs),
      oppositeCentred: !centred && random() < 0.5,
      byConstruction: random() < 0.2,
    };
  };
  const biased = (title: string) => {
    const [p, q] = [chance(), chance()];
    const [own, swapped] = [list(scenes, () => random() < p), list(scenes, () => random() < q)];
    const share = (answers: readonly boolean[]) => estimateShare(answers.filter(Boolean).length, scenes);
    const dependence = estimatePairedDifference(own, swapped);
    const groups = ['dog', 'wolf'].map((label) => ({ label, background: 'snow', accuracy: share(own) }));
    const least = estimateLeastShare([{ hits: whole(0, scenes), count: scenes }]).estimate;
    const shares = random();
    const map = () => ({
      mass: mean(scenes, 0, () => shares),
      far: mean(scenes, 0, random),
      centre: mean(scenes, 0, random),
      even: mean(scenes, 0, random),
      beyondCentre: mean(scenes, -1, () => shares - random()),
    });
    const none = { mass: null, far: null, centre: null, even: null, beyondCentre: null };
    return {
      name: title,
      title,
      accuracy: { fair: mean(scenes, 0, random), own: share(own), swapped: share(swapped) },
      dependence,
      probability: mean(scenes, -1, () => random() - random()),
      classes: [{ label: 'dog', own: share(own), swapped: share(swapped), dependence }],
      groups,
      worst: { ...groups[0]!, accuracy: least },
      camOutside: random() < 0.3 ? none : map(),
      outside: [{ label: 'dog', ...map() }],
    };
  };
  const effects = { dog: random() - 0.5, wolf: random() - 0.5 };
  const labels = ['dog', 'wolf'] as const;
  const rivalCases = list(2 * scenes, (i): RivalCase => {
    const target = labels[i % 2]!;
    const near = (effect: number) => 0.5 + 0.8 * effect + 0.2 * (random() - 0.5);
    const [own, other] = [effects[target], random() - 0.5];
    return {
      scene: String(i >> 1),
      target,
      clean: 0.5,
      withoutRival: near(own),
      withoutTarget: random(),
      painted: { black: near(-own), grey: near(other), 'mean colour': near(0) },
    };
  });
  const pointingCases = (pointed: number, centred: number) =>
    list(2 * scenes, (i): PointingCase => {
      const own = random() < pointed;
      return {
        scene: String(i >> 1),
        target: ['dog', 'wolf'][i % 2]!,
        probability: random() < 0.3 ? random() / 100 : random(),
        rivalProbability: random(),
        own,
        other: !own && random() < 0.5,
        centre: random() < centred,
        point: random(),
      };
    });
  const scenesCases = pointingCases(chance(), chance());
  const unevenCases = random() < 0.3 ? null : pointingCases(chance(), chance());
  const pooled = (name: string): PooledCases => {
    const hit = chance();
    const own = list(scenes, () => (Number(random() < hit) + Number(random() < hit)) / 2);
    const pictures = list(scenes, () => ({ found: chance(), onAnimals: chance() }));
    return {
      name,
      title: name,
      right: estimateShare(whole(0, scenes), scenes),
      pointing: estimateMean(own, [0, 1]),
      found: estimateMean(
        pictures.map(({ found }) => found),
        [0, 1],
      ),
      onAnimals: estimateMean(
        pictures.map(({ onAnimals }) => onAnimals),
        [0, 1],
      ),
      own,
      pictures,
      centre: mean(scenes, 0, random),
      tolerance: 9,
    };
  };
  const pair = () => ({ found: random(), onAnimals: random() });
  const foundOf = [chance(), chance()];
  const instancesPictures = list(2 * scenes, (i) => ({
    scene: i >> 1,
    kind: 'dog' as const,
    animals: [1, 6][i % 2]!,
    found: Number(random() < foundOf[i % 2]!),
    onAnimals: random(),
    peaks: 3,
    points: pair(),
    boxes: pair(),
  }));
  return [
    measuredClaim('C1', { scenes: gradients(scenes), photos: random() < 0.5 ? null : gradients(whole(2, 9)) }, [
      network,
      network,
    ]),
    measuredClaim('C2', {
      networks: list(whole(1, 4), (i) => biased(`network ${'abcd'[i]}`)),
      seed: 1,
      figures: {},
    }),
    measuredClaim('C3', { ...rivalEffectOf(rivalCases, labels), cases: rivalCases }),
    measuredClaim('C4', {
      pointing: { ...pointingOf(scenesCases, labels), tolerance: 9, cases: scenesCases },
      uneven: {
        weaker: unevenCases === null ? null : { ...pointingShares(unevenCases), classes: byClass(unevenCases, labels) },
        stronger: unevenCases === null ? null : pointingShares(unevenCases),
        ratio: 10,
        candidates: 480,
        cases: [],
      },
    }),
    measuredClaim('C5', { ...instancesOf(instancesPictures), least: 0.2, tolerance: 9 }),
    measuredClaim('C6', comparePooling(list(whole(2, 3), (i) => pooled(['averaging', 'maxima', 'quarters'][i]!)))),
  ].filter(() => random() < 0.8);
}

const fixed = (value: number, digits: number) =>
  value
    .toFixed(digits)
    .replace(/^-(?=0\.?0*$)/, '')
    .replace('-', '−');

/** Every way in which a result's numbers may be written. */
function writtenForms(result: unknown): Set<string> {
  const numbers: number[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    if (Array.isArray(value)) numbers.push(value.length);
  };
  visit(result);
  const forms = numbers.flatMap((value) =>
    [value, -value, 1 - value].flatMap((one) => [
      fixed(one, 2),
      fixed(100 * one, 1),
      fixed(100 * one, 0),
      String(one).replace('-', '−'),
    ]),
  );
  return new Set(forms);
}

describe('300 random results', () => {
  const random = seededRandom(2026);
  const results = Array.from({ length: 300 }, () => randomResults(random)).filter(({ length }) => length > 0);
  const reports = results.map((measured) => ({ measured, report: claimsReport(measured, new Map()) }));
  const textOf = ({ report }: (typeof reports)[number]) =>
    [
      blockText(report.section),
      ...[...report.abstract, ...report.introduction, ...report.reproducibility].map(proseText),
      blockText(report.discussion),
    ].join('\n');

  it('leave no hole in a sentence', () => {
    for (const one of reports) {
      expect(textOf(one)).not.toMatch(/undefined|NaN|null|Infinity|object Object| {2}| [.,;]|\.\.|, and \.|\(\)/);
      for (const paragraph of one.report.section.flatMap((block) =>
        block.block === 'paragraph' ? [block.prose] : [],
      )) {
        expect(proseText(paragraph)).toMatch(/^[A-Z].*\.$/s);
      }
    }
  });

  it('say no number that is not in the result, nor in the rule', () => {
    const rule = ['0.5', '0.1', '2', '6', '20', '95', '1', '10'];
    for (const { measured } of reports) {
      for (const one of measured) {
        const report = claimsReport([one], new Map());
        const forms = writtenForms(one.result);
        const [, ...section] = report.section;
        const text = [blockText(section), ...report.abstract.map(proseText), blockText(report.discussion)].join('\n');
        const said = text.replace(/<[^>]*>|\bC\d/g, '').match(/−?\d+(?:\.\d+)?/g) ?? [];
        const strange = said.filter((number) => !forms.has(number) && !rule.includes(number));
        expect({ id: one.claim.id, strange }).toEqual({ id: one.claim.id, strange: [] });
      }
    }
  });

  it('are judged by their intervals alone', () => {
    const seen = new Set<string>();
    for (const { report } of reports) {
      const rows = report.section.flatMap((block) =>
        block.block === 'table' && block.id === 'claims' ? block.rows : [],
      );
      for (const row of rows) {
        const [id, , claimed, , low, high, count, verdict] = row.map(proseText);
        const number = (text: string) => Number(text.replace('−', '-'));
        const bound = number(claimed!.replace(/[^\d.]/g, ''));
        seen.add(`${id} ${verdict}`);
        expect(count).toMatch(/^\d+( photos)?$/);
        // Rounded ends may meet the bound.
        if (/^(holds|yes)$/.test(verdict!)) expect(number(low!)).toBeGreaterThanOrEqual(bound);
        else if (verdict === 'open') {
          expect(number(low!)).toBeLessThanOrEqual(bound);
          expect(number(high!)).toBeGreaterThanOrEqual(bound);
        } else expect(number(high!)).toBeLessThanOrEqual(bound);
      }
    }
    // Every verdict of every claim came up.
    expect([...seen].sort()).toEqual(
      [
        ...['C1', 'C3', 'C4', 'C5'].flatMap((id) => ['fails', 'holds', 'open'].map((verdict) => `${id} ${verdict}`)),
        ...['C2', 'C6'].flatMap((id) => ['no', 'open', 'yes'].map((verdict) => `${id} ${verdict}`)),
      ].sort(),
    );
  });

  it('speak of each claim that was measured, and of no other', () => {
    for (const { measured, report } of reports) {
      const ids = measured.map(({ claim }) => claim.id);
      expect(report.section.flatMap((block) => (block.block === 'heading' ? [block.label] : []))).toEqual(ids);
      const text = textOf({ measured, report });
      for (const id of ['C1', 'C2', 'C3', 'C4', 'C5', 'C6'])
        expect(new RegExp(`\\b${id}\\b`).test(text)).toBe(ids.includes(id));
      if (!ids.includes('C6')) expect(text).not.toMatch(/Grad-CAM|pooling/);
      if (!ids.includes('C2')) expect(text).not.toMatch(/background/);
      if (!ids.includes('C3')) expect(text).not.toMatch(/painted|black/i);
    }
  });

  it('say which way a number goes', () => {
    for (const { measured } of reports) {
      const one = measured.find(({ claim }) => claim.id === 'C3');
      if (one === undefined) continue;
      const { withoutRival, raised } = one.result as { withoutRival: Estimate; raised: Estimate };
      const text = blockText(claimsReport([one], new Map()).section);
      expect(text).toContain(
        `${withoutRival.value < 0 ? 'falls' : 'rises'} by ${fixed(100 * Math.abs(withoutRival.value), 1)} percentage points`,
      );
      expect(text).toContain(`it rises in ${fixed(100 * raised.value, 1)} %`);
    }
  });
});
