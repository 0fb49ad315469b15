import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { whylight } from '../support/command';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-evaluate-'));
const out = path.join(folder, 'out');
const small = ['--scenes', '6', '--methods', 'saliency,guided-backpropagation,cam', '--seed', '3'];
const asked = ['evaluate', '-n', 'scenes-fair,scenes-biased', ...small];
const measured = ['--measures', 'symmetric-relevance-gain,relevance-mass,redrawn-share'];
const quick = ['-o', 'symmetric-relevance-gain.step=0.25'];
const cache = { env: { XDG_CACHE_HOME: folder } };

interface Row {
  readonly network: string;
  readonly photo: string;
  readonly map: string;
  readonly measure: string;
  readonly value: number | null;
  readonly parts?: Readonly<Record<string, number>>;
}

interface Cell {
  readonly map: string;
  readonly measure: string;
  readonly estimate: { readonly value: number; readonly count: number } | null;
}

describe('whylight evaluate on drawn scenes', () => {
  let first: Awaited<ReturnType<typeof whylight>>;
  let whole: {
    readonly evaluation: { readonly rows: readonly Row[]; readonly cases: readonly { readonly right: boolean }[] };
    readonly parts: readonly {
      readonly kind: string;
      readonly tables: readonly { readonly cells: readonly Cell[] }[];
    }[];
  };

  beforeAll(async () => {
    first = await whylight([...asked, ...measured, ...quick, '--out', out], cache);
    whole = JSON.parse(readFileSync(path.join(out, 'evaluation.json'), 'utf8'));
  }, 300_000);

  test('has a table for each network, with what each measure rewards beside the truth', () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toContain('scenes-fair: 6 photos');
    expect(first.out).toContain('scenes-biased: 6 photos');
    expect(first.out).toContain('What each measure rewards beside the truth:');
    expect(first.out).toMatch(/better by none of these measures|is better by at least one of these measures/);
    expect(whole.parts.map(({ kind }) => kind)).toEqual(['scenes-fair', 'scenes-biased']);
  });

  test('means are those of its rows, which stand in the CSV too', () => {
    const { rows, cases } = whole.evaluation;
    expect(cases).toHaveLength(12);
    for (const { kind, tables } of whole.parts) {
      for (const { map, measure, estimate } of tables[0]!.cells) {
        const own = rows.filter((row) => row.network === kind && row.map === map && row.measure === measure);
        const values = own.flatMap(({ value }) => (value === null ? [] : [value]));
        if (estimate === null) expect(values).toEqual([]);
        else {
          expect(estimate.count).toBe(values.length);
          expect(estimate.value).toBeCloseTo(values.reduce((sum, one) => sum + one, 0) / values.length, 9);
        }
      }
    }
    const lines = readFileSync(path.join(out, 'evaluation.csv'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(1 + rows.length);
  });

  test('the network that looks at the background has less of its truth on the animal than the fair one', () => {
    const shares = (network: string) =>
      whole.evaluation.rows
        .filter((row) => row.measure === 'redrawn-share' && row.map === 'saliency' && row.network === network)
        .map(({ parts }) => parts!.worth!);
    const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    // The share of the background in what drawing the scene again is worth.
    expect(mean(shares('scenes-biased'))).toBeGreaterThan(0.7);
    expect(mean(shares('scenes-fair'))).toBeLessThan(0.3);
  });

  test('the same again comes from the store, byte for byte, and another table can be compared with it', async () => {
    const again = path.join(folder, 'again');
    const one = ['evaluate', '-n', 'scenes-fair', ...small, ...measured, ...quick];
    const alone = await whylight([...one, '--out', again], cache);
    expect(alone.code).toBe(0);
    const rows = (JSON.parse(readFileSync(path.join(again, 'evaluation.json'), 'utf8')) as typeof whole).evaluation
      .rows;
    expect(rows).toEqual(whole.evaluation.rows.filter(({ network }) => network === 'scenes-fair'));
    const compared = await whylight([...one, '--compare', path.join(again, 'evaluation.json')], cache);
    expect(compared.out).toMatch(/relevance-mass +3 +too few methods/);
    const both = await whylight([...one, '--compare', path.join(out, 'evaluation.json')], cache);
    expect(both).toMatchObject({ code: 1 });
    expect(both.err).toContain('is of scenes-fair, scenes-biased (allowed: an evaluation of one network');
  }, 300_000);
});

test.each([
  [['-n', 'scenes-fair', '--measures', 'deletoin'], 'unknown measure: deletoin'],
  [['-n', 'scenes-fair', '--methods', 'grad-cm'], 'unknown method: grad-cm'],
  [['-n', 'scenes-fair', '-o', 'deletion.fil=blur', '--measures', 'deletion'], 'deletion takes no fil'],
  [
    ['-n', 'scenes-fair', '-o', 'step=1', '--measures', 'deletion'],
    'option: step (allowed: METHOD.step or MEASURE.step',
  ],
  [['-n', 'scenes-fair,scenes-fair'], 'two networks are called scenes-fair'],
  [['-n', 'scenes-fair,scenes-animals'], 'drawn scenes are for networks of the same drawn animals'],
  [['-n', 'scenes-fair', '--classes', 'dog=1'], '--classes is for photos with an index.json'],
])('%j is refused', async (args, words) => {
  const { code, err } = await whylight(['evaluate', ...args, '--scenes', '6'], cache);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(words) });
});

test('a file that is no evaluation is refused by name', async () => {
  const file = path.join(folder, 'other.json');
  writeFileSync(file, '{"parts": [{"kind": "a", "tables": []}]}');
  const { code, err } = await whylight(['evaluate', '-n', 'scenes-fair', ...small, '--compare', file], cache);
  expect(code).toBe(1);
  expect(err).toContain('other.json');
});
