import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { aimLines, compared, timesAsFast } from '../../bench/aims.mjs';
import { alternate, best } from '../../bench/alternate.mjs';
import { benchFigure } from '../../bench/figure.mjs';
import { historyLine, historyOf, slowDownLines, slowDowns } from '../../bench/history.mjs';
import { largestDifference, median, rangeOf, roundedDown, shareOfRange } from '../../bench/numbers.mjs';
import { benchPlan } from '../../bench/options.mjs';
import { alternateWithPeaks, peak, restartPeak } from '../../bench/peak.mjs';
import { startWorker } from '../../bench/peers/worker.mjs';
import { mapOfDrops, sharedDrops, thinning, wholeSeconds } from '../../bench/positions.mjs';
import { tables } from '../../bench/results.mjs';
import { withRoof } from '../../bench/roofline.mjs';

const root = path.resolve(__dirname, '../..');

test('sides run in turn, and rounds that warm up do not count', async () => {
  const order: string[] = [];
  let clock = 0;
  const side = (name: string) => async () => {
    order.push(name);
    clock += 1;
    return clock;
  };
  const times = await alternate([side('a'), side('b')], { repeats: 2, warmUp: 1 });
  expect(order.join('')).toBe('ababab');
  expect(times).toEqual([
    [3, 5],
    [4, 6],
  ]);
});

test('the median of an even number lies between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 9])]).toEqual([2, 3]);
});

test('the best candidate is the quickest; one that fails is passed over, all failing is an error', async () => {
  const measure = async (batch: number) => {
    if (batch === 1) throw new Error('out of memory');
    return Math.abs(batch - 4);
  };
  expect(await best([1, 2, 4, 8], measure)).toBe(4);
  await expect(best([1], measure)).rejects.toThrow('out of memory');
});

test('differences are shares of the range; a number that is none counts as one', () => {
  expect(shareOfRange([1, 2.5], [1, 3])).toBe(0.25);
  expect(shareOfRange([1, Number.NaN], [1, 3])).toBeNaN();
  expect(() => shareOfRange([1], [1, 2])).toThrow('1 values to compare with 2');
  expect([rangeOf([2, -1, 3]), largestDifference([1, 5], [1, 3])]).toEqual([4, 2]);
  expect(shareOfRange([1, 2], [1, 1])).toBe(1);
});

test('what is told beside an aim is not rounded up to it', () => {
  expect([roundedDown(0.98999, 3), roundedDown(3.999, 2), roundedDown(4, 2)]).toEqual(['0.989', '3.99', '4.00']);
});

test('thinned positions keep an odd step and at least three an axis', () => {
  expect(thinning(27, 1000)).toBe(1);
  for (const wanted of [9, 30, 100]) {
    const step = thinning(55, wanted);
    expect(step % 2).toBe(1);
    expect(Math.ceil(55 / step)).toBeGreaterThanOrEqual(3);
  }
  expect(Math.ceil(27 / thinning(27, 30)) ** 2).toBeLessThanOrEqual(30);
});

test('a whole map is expected to take what two thinned ones tell, in a line', () => {
  // 2 s once and 0.5 s a position.
  expect(wholeSeconds({ seconds: 6.5, positions: 9 }, { seconds: 52, positions: 100 }, 700)).toBe(352);
  // A clock's jump does not make it quicker than its part.
  expect(wholeSeconds({ seconds: 6, positions: 9 }, { seconds: 5, positions: 100 }, 700)).toBe(5);
});

test('a map holds at each pixel the mean over the windows that cover it', () => {
  const map = mapOfDrops([1, 2, 3, 4], { tops: [0, 1], lefts: [0, 1], size: 2, side: 3 });
  expect([...map]).toEqual([1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]);
  expect(mapOfDrops([1], { tops: [0], lefts: [0], size: 1, side: 2 })[3]).toBeNaN();
});

test('two grids are compared where both have a position', () => {
  const fine = { tops: [0, 2, 4], lefts: [0, 2], drops: [1, 2, 3, 4, 5, 6] };
  const coarse = { tops: [0, 4, 8], lefts: [2], drops: [20, 60, 90] };
  expect(sharedDrops(fine, coarse)).toEqual([
    [2, 6],
    [20, 60],
  ]);
});

const row = (name: string, seconds: number[], more: object = {}) => ({
  section: 'occlusion',
  cell: 'ResNet-18, 224 px, occluder 16, stride 8',
  name,
  way: name === 'Whylight' ? 'exact' : null,
  ours: name.startsWith('Whylight'),
  peer: null,
  unit: 'position',
  items: 10,
  of: 100,
  seconds,
  each: median(seconds) / 10,
  difference: null,
  work: 1e9,
  gflops: 100,
  roofShare: 0.5,
  ...more,
});

test('a ratio is the median of the rounds’ ratios, each in its own unit', () => {
  const ours = row('Whylight', [1, 10, 1]);
  const theirs = row('PyTorch', [4, 40, 8], { each: median([4, 40, 8]) / 5 });
  expect(timesAsFast(ours, theirs)).toBeCloseTo(8, 9);
});

test('the table names the aim and by how much it is missed', () => {
  const rows = [
    row('Captum, batch 8', [3], { peer: 'Captum at its best' }),
    row('Whylight', [1], { difference: 1e-6 }),
  ];
  expect(compared(rows)).toMatchObject([
    { name: 'Whylight', peer: 'Captum at its best', ratio: expect.closeTo(3, 9), aim: 4 },
  ]);
  expect(tables(rows).join('\n')).toContain('Captum at its best 3.00 (aim 4)');
});

test('a column that says nothing is left out, and a cell without an approximate row says why', () => {
  const text = tables([row('PyTorch', [3], { peer: 'PyTorch' }), row('Whylight', [1], { withoutApproximation: 61.7 })]);
  expect(text.join('\n')).not.toContain('rank correlation');
  expect(text.join('\n')).not.toContain('difference');
  expect(text.join('\n')).toContain('about 62 s');
});

test('a folder has its own aims, and its peak memory beside each time', () => {
  const own = (name: string, seconds: number, more: object) =>
    row(name, [seconds], { section: 'folders', unit: 'photo', work: null, gflops: null, roofShare: null, ...more });
  const rows = [
    own('loop', 4, { peer: 'OpenCV overlays', peak: 640.4 }),
    own('Whylight, plain', 1, { way: 'plain overlays', peak: 700 }),
  ];
  expect(compared(rows)).toMatchObject([{ peer: 'OpenCV overlays', ratio: expect.closeTo(4, 9), aim: 2 }]);
  expect(tables(rows).join('\n')).toMatch(/peak memory[\s\S]* 640 MB [\s\S]* 700 MB /);
  restartPeak();
  const before = peak();
  const large = Buffer.alloc(200e6, 1);
  expect(peak() - before).toBeGreaterThan(150);
  expect(large[7]).toBe(1);
});

test('what several answers share has its own aim: at most so many times as long as one', () => {
  const own = (seconds: number[], beside: object | null) =>
    row('Whylight, five', seconds, { section: 'shared', cell: 'RISE', beside, unit: 'call' });
  const beside = { name: 'Whylight, one', seconds: [1, 2, 4], most: 1.1 };
  const long = own([1.2, 2.4, 4.8], beside);
  expect(tables([long]).join('\n')).toMatch(/times as long as[\s\S]*Whylight, one 1.20 \(aim at most 1.1\)/);
  expect(aimLines([long])).toEqual([
    '- **Missed: by a factor of 1.09.** RISE: Whylight, five takes 1.20 times as long as Whylight, one (aim at most 1.1)',
  ]);
  expect(aimLines([own([1, 2, 4], beside)])[0]).toContain('**Reached.**');
  expect(aimLines([own([2, 4, 8], { ...beside, most: null })])).toEqual([]);
});

test('a history tells what became slower than the machine, and nothing of another processor', () => {
  const run = (seconds: number, rate: number, cpu = 'a processor') => ({
    date: '2026-01-02T03:04:05Z',
    mode: 'quick',
    machine: { cpu, cores: 2, load: 0, versions: '' },
    rates: { whylight: rate, torch: rate / 2 },
    rows: [row('Whylight', [seconds], { cell: 'RISE' }), row('PyTorch', [10], { cell: 'RISE', peer: 'PyTorch' })],
  });
  const lines = [run(9, 100), run(10, 100), run(1, 100, 'another')].map(historyLine);
  // Half the rate, twice the time; PyTorch's stayed as it was.
  expect(slowDowns(lines, run(20, 50))).toEqual([]);
  const slower = slowDowns(lines, run(13, 100));
  expect(slower).toMatchObject([{ cell: 'RISE', name: 'Whylight', factor: expect.closeTo(1.3, 9) }]);
  expect(slowDownLines(slower)).toEqual([
    "- **Slower.** RISE: Whylight takes 1.30 times as long as on 2026-01-02, the machine's matrix rate counted out",
  ]);
  expect(slowDowns([], run(13, 100))).toEqual([]);
});

test('each side has the peak memory of its own process: this one’s, or what a worker answers', async () => {
  let large = Buffer.alloc(0);
  const sides = [
    { run: async () => 1 },
    {
      run: async () => {
        large = Buffer.alloc(300e6, 1);
        return 2;
      },
    },
    { run: async () => ({ seconds: 3, peak: 45 }) },
  ];
  const { times, peaks } = await alternateWithPeaks(sides, { repeats: 1, warmUp: 0 });
  expect(times).toEqual([[1], [2], [3]]);
  expect(peaks[1]! - peaks[0]!).toBeGreaterThan(250);
  expect(peaks[2]).toBe(45);
  expect(large[9]).toBe(1);
});

test('work that is not counted has no rate, in the table and in the figure', () => {
  const rates = { whylight: 100, torch: 80 };
  const rows = withRoof([row('PyTorch', [20], { peer: 'PyTorch' }), row('Whylight', [10], { work: null })], rates);
  expect(rows.map(({ gflops, roofShare }: { gflops: number; roofShare: number }) => [gflops, roofShare])).toEqual([
    [1, 0.01],
    [null, null],
  ]);
  const { data } = benchFigure({ rows, rates, machine: { cpu: 'a processor', cores: 2 } });
  expect(data[0]).toMatchObject({ customdata: ['1 GFLOP/s, 1 % of the roof', ''] });
});

test('a plan follows the command line, and says what is wrong with one', () => {
  expect(benchPlan(['--quick']).occlusion).toHaveLength(3);
  expect(benchPlan([]).occlusion).toHaveLength(8);
  const some = benchPlan(['--quick', '--occluders', '10,64', '--networks', 'vgg16']).occlusion;
  expect(some.map(({ occluders }) => occluders.map(({ size }) => size))).toEqual([
    [10, 64],
    [10, 64],
  ]);
  const { occlusion, sections } = benchPlan(['--only', 'occlusion', '--networks', 'vgg16', '--sides', '448']);
  expect([sections, occlusion.map(({ architecture }) => architecture)]).toEqual([['occlusion'], ['vgg16']]);
  expect(() => benchPlan(['--only', 'cam'])).toThrow(
    'unknown section: cam (allowed: occlusion, gradients, masks, shared, curves, folders, first)',
  );
  expect(() => benchPlan(['--repeats', '0'])).toThrow('repeats: 0');
  expect(() => benchPlan(['--slow'])).toThrow('--slow');
});

test('the peers’ process answers, refuses and ends in order', async () => {
  const script = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const command = JSON.parse(line);
      if (command.do === 'die') { console.error('no memory'); process.exit(3); }
      console.log(JSON.stringify(command.do === 'twice' ? { value: 2 * command.value } : { error: 'no such command' }));
    });`;
  const worker = startWorker(process.execPath, ['-e', script]);
  const answers = await Promise.all([worker.ask('twice', { value: 1 }), worker.ask('twice', { value: 2 })]);
  expect(answers).toEqual([{ value: 2 }, { value: 4 }]);
  await expect(worker.ask('thrice')).rejects.toThrow('no such command');
  await expect(worker.ask('die')).rejects.toThrow(/ended \(3\)/);
  await expect(worker.ask('twice', { value: 1 })).rejects.toThrow(/ended/);
  await expect(startWorker('/no/such/python', []).ask('versions')).rejects.toThrow(/cannot be started/);
});

const python = process.env.WHYLIGHT_PYTHON ?? path.join(root, '.venv-bench/bin/python');

describe.skipIf(!existsSync(python))('with the peers installed', () => {
  test('the smallest run ends with a table, numbers and a figure, and both sides agree', () => {
    const out = mkdtempSync(path.join(os.tmpdir(), 'whylight-bench-test-'));
    try {
      const args = ['--quick', '--only', 'gradients', '--networks', 'squeezenet1_0', '--repeats', '1', '--out', out];
      const done = spawnSync(process.execPath, ['bench/bench.mjs', ...args], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, WHYLIGHT_PYTHON: python },
      });
      expect(done.stderr).toContain('written to');
      expect(done.stdout).toContain('**SqueezeNet 1.0, 224 px**');
      const { rows } = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8'));
      const ours = rows.filter(({ ours }: { ours: boolean }) => ours);
      // The saliency map, its first call, and two places at two sizes of batch.
      expect(ours).toHaveLength(6);
      expect(done.stdout).toContain('Limit: ');
      expect(historyOf(path.join(out, 'history.jsonl'))).toHaveLength(1);
      for (const { difference } of ours) expect(difference).toBeLessThan(1e-3);
      expect(readFileSync(path.join(out, 'bench.html'), 'utf8')).toContain('Plotly.newPlot');
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});
