import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { project, whylight } from '../support/command';

/** The set-up's Python, or the one in `WHYLIGHT_PYTHON`; numpy is not there for every version of Python. */
const python = process.env.WHYLIGHT_PYTHON ?? path.join(project, '.venv/bin/python');
const able = spawnSync(python, ['-c', 'import numpy']).status === 0;

const study = `
title: The claims of a few scenes
authors: [Nobody]
data: scenes
networks:
  animals: { card: scenes-animals }
  fair: { card: scenes-fair, called: the fair one }
  biased: { card: scenes-biased }
  pooled: { card: scenes-average-seed-1 }
figures: [{ id: dog, kind: saliency, shows: a dog, photo: { scene: single, kind: dog, seed: 3 }, network: fair }]
claims:
  network: animals
  background: { networks: [fair, biased, animals], scenes: 8 }
  pooling: { network: pooled, trainings: poolings }
  scenes: 8
  seed: 3
`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-claims-'));
const numbers = path.join(folder, 'numbers.json');
const scenes = path.join(folder, 'scenes');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recompute(file: string, ...more: string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const script = path.join(project, 'scripts/claims/recompute.py');
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn(python, [script, file, scenes, ...more], { env });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        out += text;
      });
    child.once('error', reject).once('close', (code) => resolve({ code, out }));
  });
}

/** The numbers of a report, of which a test alters some. */
interface Numbers {
  readonly claims: Record<string, { result: never; subjects: Subject[]; details: { estimate: Estimate }[] }>;
}
interface Subject {
  verdict: string;
  findings: { measure: string; above: number; verdict: string; estimate: Estimate }[];
}
interface Estimate {
  value: number;
  low: number;
  high: number;
  count: number;
}

async function altered(name: string, alter: (report: Numbers) => void, ...more: string[]) {
  const report = JSON.parse(readFileSync(numbers, 'utf8')) as Numbers;
  alter(report);
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(report));
  return recompute(file, ...more);
}

describe.skipIf(!able)('the claims computed again in Python (skipped without numpy)', () => {
  beforeAll(async () => {
    const file = path.join(folder, 'few.yaml');
    writeFileSync(file, study);
    const [written, report] = await Promise.all([
      whylight(['scenes', '--claims', file, '--out', scenes]),
      whylight(['report', '--study', file, '--section', 'claims', '--no-cache', '--json']),
    ]);
    expect([written.code, report.code], written.err + report.err).toEqual([0, 0]);
    writeFileSync(numbers, report.out);
  }, 240_000);

  it('are those of the report: each value, interval, count and verdict', async () => {
    const { code, out } = await recompute(numbers);
    expect(out).not.toContain('differs');
    for (const claim of ['C1', 'C2', 'C3', 'C4', 'C5', 'C6']) expect(out).toContain(`${claim}: as the report says`);
    expect(Number(/^(\d+) estimates/m.exec(out)?.[1])).toBeGreaterThan(400);
    expect(code).toBe(0);
  }, 240_000);

  it('notice a number, a verdict and a row that are others, and nothing else', async () => {
    const { code, out } = await altered(
      'others',
      ({ claims }) => {
        const { subjects, details } = claims.C3!;
        const [finding] = subjects[0]!.findings;
        finding!.estimate.low += 0.001;
        finding!.verdict = finding!.verdict === 'holds' ? 'open' : 'holds';
        details[0]!.estimate.count++;
        (claims.C3!.result as { raised: Estimate }).raised.value -= 1 / 16;
        (claims.C5!.result as { missed: Estimate }).missed.high += 0.001;
      },
      '--only',
      'C3',
      'C5',
    );
    const lines = out.split('\n').filter((line) => line.startsWith('differs: '));
    expect(lines.map((line) => line.replace(/: the report has .*/, ''))).toEqual([
      'differs: C3.raised.value',
      'differs: C3, table: P(target), rival drawn out.low',
      "differs: C3, verdicts of ['P(target), rival drawn out']",
      'differs: C3, rows: rival drawn out: dog.count',
      'differs: C5.missed.high',
    ]);
    expect(out).toContain('C3: differs\nC5: differs');
    expect(code).toBe(1);
  }, 240_000);

  it('notice a row that is missing, and scenes of other claims', async () => {
    const missing = await altered('missing', ({ claims }) => claims.C5!.details.pop(), '--only', 'C5');
    expect(missing.out).toMatch(/differs: C5, rows, measures/);
    const other = await altered('other', (report) => {
      (report as unknown as { study: { claims: { seed: number } } }).study.claims.seed = 4;
    });
    expect(other.out).toContain('holds the scenes of other claims');
    expect([missing.code, other.code]).toEqual([1, 1]);
  }, 240_000);
});
