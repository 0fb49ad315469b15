import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { project, whylight } from '../support/command';
import { describeWithMirror, mirror, mirrored } from '../support/mirror';
import { visit } from '../support/page';

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Cell {
  readonly cell_type: string;
  readonly source: string[];
  readonly outputs?: Output[];
  readonly execution_count?: number | null;
}

const folder = path.join(project, 'notebooks');
const lessons = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
const cellsOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { cells: Cell[] }).cells;
const plotly = 'application/vnd.plotly.v1+json';

function figuresOf(cells: readonly Cell[]) {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap(({ data }) =>
      data?.[plotly]
        ? [{ figure: data[plotly] as { data: { type: string }[]; layout: Record<string, unknown> }, bundle: data }]
        : [],
    ),
  );
}

/** Fewer scenes and steps than a class would take, where a lesson is long. */
const shorter: Readonly<Record<string, readonly string[]>> = {
  '04': ['scenes=160', 'epochs=3', 'testScenes=40'],
  '05': ['steps=40'],
  '06': ['masks=200', 'testScenes=8'],
  '09': ['scenes=6'],
};

/** Lessons that run on real photos too, and what keeps that short. */
const real: Readonly<Record<string, readonly string[]>> = {
  '01': [],
  '02': ['occluderSize=40', 'occluderStride=30'],
  '03': [],
};

const words = (cells: readonly Cell[]) =>
  cells
    .flatMap(({ outputs = [] }) =>
      outputs.map(({ text, data }) => [text ?? [], data?.['text/plain'] ?? []].flat().join('')),
    )
    .join('\n');
const number = (pattern: RegExp, cells: readonly Cell[]) => pattern.exec(words(cells))!.slice(1).map(Number);

/** What a lesson tells its readers, seen in its outputs. */
const claims: Readonly<Record<string, { says: string; check: (cells: readonly Cell[]) => void }>> = {
  '01': {
    says: 'calls the wolf a wolf, says where the map lies, and that SmoothGrad does not smooth here',
    check: (cells) => {
      const bars = figuresOf(cells).find(({ figure }) => figure.data[0]!.type === 'bar')!;
      expect((bars.figure.data[0] as unknown as { y: string[] }).y[0]).toBe('wolf');
      expect(words(cells)).toMatch(/Half of the map’s positive mass lies in [\d.]+ % of the picture/);
      expect(number(/(\d+) % of the map's mass lie on the wolf, which fills (\d+) % of the picture/, cells)).toEqual([
        56, 15,
      ]);
      // What the lesson says of SmoothGrad on this network: it fails to smooth, and the grain is a lattice.
      const grains = (name: string) =>
        number(
          new RegExp(
            `${name}: pixels differ by ([\\d.]+) one px apart, ([\\d.]+) two, ([\\d.]+) three, ([\\d.]+) four`,
          ),
          cells,
        );
      for (const name of ['gradient', 'SmoothGrad']) {
        const [one, two, three, four] = grains(name);
        expect(two!, name).toBeLessThan(one!);
        expect(four!, name).toBeLessThan(three!);
      }
      expect(words(cells)).toContain('SmoothGrad leaves 98 % of the grain: it fails to smooth');
      expect(words(cells)).toContain("on the wolf: 56 % of the gradient's mass, 48 % of SmoothGrad's");
      expect(words(cells)).toMatch(/tiger cat: pixels differ by/);
      const [left] = number(/SmoothGrad leaves (\d+) % of the cat's grain/, cells);
      expect(left!).toBeGreaterThan(90);
    },
  },
  '02': {
    says: 'a larger occluder hides more, the slider starts at the lowest, a person matters little, a rough map states its error',
    check: (cells) => {
      const [small, large] = number(/lowest probability: ([\d.]+) % with 10 px, ([\d.]+) % with 30 px/, cells);
      expect(large!).toBeLessThan(small!);
      const slider = figuresOf(cells).find(({ figure }) => 'sliders' in figure.layout)!.figure;
      expect((slider.layout.sliders as { steps: unknown[] }[])[0]!.steps).toHaveLength(144);
      const [grid, x, y] = number(/lowest ([\d.]+) %, with the square around x (\d+), y (\d+)/, cells);
      const [{ active, steps }] = slider.layout.sliders as { active: number; steps: { label: string }[] }[] as [
        { active: number; steps: { label: string }[] },
      ];
      expect(steps[active]!.label).toBe(`x ${x} px, y ${y} px: P(wolf) = ${grid} %`);
      expect(slider.layout.shapes).toMatchObject([{ x0: x! - 5.5, y0: y! - 5.5 }]);
      const asked = (gone: string) => number(new RegExp(`^${gone} +([\\d.]+) % +([\\d.]+)$`, 'm'), cells);
      const [all, person, dog] = [asked('nothing'), asked('person'), asked('dog')];
      expect([all[0], person[0], dog[0]]).toEqual([96.7, 96.6, 57.5]);
      expect(all[1]! - person[1]!).toBeCloseTo(0.02, 2);
      expect(all[1]! - dog[1]!).toBeCloseTo(3.07, 2);
      const [onDog, onPerson] = number(/([\d.]+) % lie on the dog and ([\d.]+) % on the person/, cells);
      expect(onDog!).toBeGreaterThan(onPerson!);
      expect(number(/tiger cat: uncovered ([\d.]+) %; lowest ([\d.]+) %/, cells)).toEqual([39.5, 23.9]);
      const [mean, most] = number(
        /Approximate: on 24 positions computed exactly too it is off by ([\d.]+) % .* on average and ([\d.]+) % at most/,
        cells,
      );
      expect(mean!).toBeGreaterThan(0);
      expect(mean!).toBeLessThan(most!);
      expect(mean!).toBeLessThan(10);
    },
  },
  '03': {
    says: 'the class activation map adds up to the logit, leaves out a wolf that is worth little, and the cat is a cat',
    check: (cells) => {
      expect(words(cells)).toMatch(/tiger cat and Egyptian cat/);
      const [mean, logit, bias] = number(/mean of the map ([-\d.]+), logit ([-\d.]+), bias ([-\d.]+)/, cells);
      expect(mean! + bias!).toBeCloseTo(logit!, 3);
      const wolves = [1, 2, 3].map((i) => number(new RegExp(`^${i} +(\\d+) % +([\\d.]+)$`, 'm'), cells));
      // One of three stays nearly white, and is worth little.
      expect(wolves.map(([, worth]) => worth)).toEqual([0.45, 2.11, 2.31]);
      expect(wolves[0]![0]!).toBeLessThan(wolves[1]![0]! / 4);
    },
  },
  '04': {
    says: 'the biased network falls on swapped backgrounds, and progress leaves one line a piece of work',
    check: (cells) => {
      const [own, swapped] = number(
        /bias 1\): ([\d.]+) % on own background, [\d.]+ % on any background, ([\d.]+) % on swapped/,
        cells,
      );
      expect(swapped!).toBeLessThan(own!);
      const [free] = number(/^fair: .*which leaves (\d+) % of the picture free/m, cells);
      expect(free).toBe(85);
      // A fair network's map is not near 0 outside the animal either.
      expect(number(/^fair: (\d+) % of what speaks for wolf lies outside/m, cells)[0]!).toBeGreaterThan(20);
      expect(words(cells)).toMatch(/^biased: (\d+ %|nothing)/m);
      expect(words(cells).match(/photos: 160 in [\d.]+ s/g)).toHaveLength(2);
      expect(words(cells)).not.toContain('█');
    },
  },
  '05': {
    says: 'late channels lie on the wolf and early ones anywhere, class and channel answer, and one that cannot is said',
    check: (cells) => {
      const layer = (name: string) =>
        number(
          new RegExp(`${name}, \\d+×\\d+: (\\d+) to (\\d+) % of a channel's mass on the wolf; (\\d+) of 12`),
          cells,
        );
      expect(layer('^relu|\nrelu')[0]!).toBeLessThan(5);
      expect(layer('layer3.0.relu2')[0]!).toBeGreaterThan(2 * 15);
      expect(layer('layer3.0.relu2')[2]).toBe(12);
      const onWolf = (title: string) => number(new RegExp(`${title}: (\\d+) % of the mass on the wolf`), cells)[0];
      expect(['Saliency map', 'Deconvolution', 'Guided backpropagation'].map(onWolf)).toEqual([56, 17, 78]);
      const [from, to] = number(/logit of wolf: from (-?[\d.]+) to (-?[\d.]+)/, cells);
      expect(from!).toBeLessThan(1);
      expect(to!).toBeGreaterThan(30);
      const [before, after] = number(/layer2.0.relu2, channel \d+: from ([\d.]+) to ([\d.]+)/, cells);
      expect(after!).toBeGreaterThan(10 * before!);
      expect(words(cells)).toMatch(
        /layer3.0.relu2, channel \d+ hardly rose, from 0.00 to 0.00: .* at 8 of 8 steps its slope was 0/,
      );
    },
  },
  '06': {
    says: 'shows all methods, that RISE fails here, how far maps agree, and an interval for every claim on four classes',
    check: (cells) => {
      expect(words(cells)).toMatch(/completeness gap/);
      expect(words(cells)).toMatch(/its own animal +\d+ % \(\d+ to \d+ %\)/);
      const [gain, error] = number(
        /RISE inside less outside: (-?[\d.]+), standard error ([\d.]+): it fails to tell/,
        cells,
      );
      expect(gain!).toBeLessThanOrEqual(2 * error!);
      expect(number(/what is not the wolf is visible: ([\d.]+)/, cells)[0]!).toBeCloseTo(0.93, 1);
      const table = words(cells).slice(words(cells).indexOf('mass on the wolf'));
      const row = (name: string) =>
        new RegExp(`^${name} +([\\d. ]+) %$`, 'm').exec(table)![1]!.trim().split(/ +/).map(Number);
      const [gradient, guided, product] = [row('saliency'), row('guided-backpropagation'), row('input-x-gradient')];
      expect([gradient[1], gradient[2], guided[4]]).toEqual([0.8, 0.22, 0.66]);
      expect([gradient, guided, product, row('cam'), row('occlusion')].map((values) => values.at(-1))).toEqual([
        56, 78, 47, 51, 45,
      ]);
      const alike = (what: string) =>
        number(new RegExp(`^${what} +(-?[\\d.]+) \\((-?[\\d.]+) to (-?[\\d.]+)\\)`, 'm'), cells);
      const [signed, absolute] = [alike('both in the picture, with sign'), alike('both in the picture, absolute')];
      expect(signed[2]!).toBeLessThan(0);
      expect(absolute[1]!).toBeGreaterThan(0);
      expect(absolute[2]!).toBeLessThan(0.7);
      expect(alike('neither in the picture, absolute')[0]!).toBeGreaterThan(absolute[0]!);
      expect(
        number(
          /tiger cat: saliency and Grad-CAM (-?[\d.]+), saliency and occlusion (-?[\d.]+), Grad-CAM and occlusion ([\d.]+)/,
          cells,
        ),
      ).toEqual([0.04, 0.03, 0.35]);
    },
  },
  '07': {
    says: 'an own card loads, and a mistake in one is named',
    check: (cells) => {
      expect(words(cells)).toMatch(/My own classifier: \d+ layers, classes dog, wolf/);
      expect(words(cells)).toMatch(/wrong\.yaml: line 2: architecture resnet19/);
      expect(words(cells)).toContain('saliency.npy');
    },
  },
  '08': {
    says: 'the paper is written, and its abstract has numbers',
    check: (cells) => {
      expect(words(cells)).toContain('my-study.pdf');
      expect(words(cells)).toMatch(/Abstract.*\d/s);
    },
  },
  '09': {
    says: 'guided backpropagation stays more alike than Grad-CAM, and the table ends in what can be said',
    check: (cells) => {
      const table = words(cells).slice(words(cells).indexOf('mean similarity to itself'));
      const alike = (name: string) => Number(new RegExp(`^${name} +(-?[\\d.]+)$`, 'm').exec(table)![1]);
      expect(alike('guided-backpropagation')).toBeGreaterThan(alike('grad-cam'));
      expect(words(cells)).toMatch(/first by all 4 measures of|No map is first by every one of the 4 measures of/);
      expect(words(cells)).toMatch(/Relevance mass: takes the object for what decides/);
    },
  },
};

describe.each(lessons)('%s', (name) => {
  const out = mkdtempSync(path.join(os.tmpdir(), 'whylight-lesson-'));
  const file = path.join(out, name);
  const page = path.join(out, name.replace('.ipynb', '.html'));
  let answer: Awaited<ReturnType<typeof whylight>>;

  beforeAll(async () => {
    const quick = (shorter[name.slice(0, 2)] ?? []).flatMap((value) => ['-p', value]);
    answer = await whylight(['notebook', 'run', path.join(folder, name), '--out', out, ...quick], {
      env: { WHYLIGHT_MIRROR: '' },
    });
  }, 300_000);

  it('is committed without outputs, with prose, exercises and a parameters cell', () => {
    const cells = cellsOf(path.join(folder, name));
    for (const cell of cells.filter(({ cell_type: type }) => type === 'code')) {
      expect(cell.outputs, cell.source.join('')).toEqual([]);
      expect(cell.execution_count).toBeNull();
    }
    const prose = cells.flatMap(({ cell_type: type, source }) => (type === 'markdown' ? source : [])).join('');
    expect(prose).toMatch(/^# /);
    expect(prose).toContain('## Exercises');
    expect(prose).toContain('<summary>Answer</summary>');
    expect(readFileSync(path.join(folder, name), 'utf8')).toContain('"parameters"');
  });

  it('runs in a fresh kernel under Jupyter', () => {
    expect(answer.err).not.toContain('failed');
    expect(answer).toMatchObject({ code: 0, out: `${file}\n${page}\n` });
    const cells = cellsOf(file).filter(({ cell_type: type }) => type === 'code');
    expect(cells.every((cell, i) => cell.execution_count === i + 1)).toBe(true);
  });

  it('shows every figure as Plotly, as HTML with a picture for viewers without scripts, and in words', () => {
    const figures = figuresOf(cellsOf(file));
    expect(figures.length).toBeGreaterThanOrEqual(name.startsWith('08') ? 0 : 1);
    for (const { figure, bundle } of figures) {
      expect(figure.data.length).toBeGreaterThan(0);
      const markup = [bundle['text/html']].flat().join('');
      const still = /<img src="data:image\/webp;base64,([^"]+)"/.exec(markup)![1]!;
      expect(Buffer.from(still, 'base64').subarray(8, 12).toString()).toBe('WEBP');
      expect([bundle['text/plain']].flat().join('').length).toBeGreaterThan(20);
      expect([bundle['text/html']].flat().join('')).toContain('role="img"');
    }
  });

  it('is a page on which every figure stands, with nothing from outside and no error', async () => {
    const expected = figuresOf(cellsOf(file)).length;
    for (const width of [1200, 390]) {
      await visit(
        page,
        async ({ page, errors, requests }) => {
          await page.waitForFunction(
            (count) => document.querySelectorAll('.js-plotly-plot').length === count,
            { timeout: 20_000 },
            expected,
          );
          const areas = await page.$$eval('.js-plotly-plot', (plots) =>
            plots.map((plot) => {
              const { width, height } = plot.getBoundingClientRect();
              return plot.querySelector('.main-svg') === null ? 0 : width * height;
            }),
          );
          expect(
            areas.every((area) => area > 3000),
            areas.join(),
          ).toBe(true);
          expect(
            await page.$$eval('body', ([body]) =>
              [...body!.querySelectorAll('p, li')].map(({ textContent }) => textContent).join('\n'),
            ),
          ).not.toMatch(/\$\$/);
          expect({ errors, requests }).toEqual({ errors: [], requests: [] });
          if (width === 390) {
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            expect(overflow).toBeLessThanOrEqual(1);
          }
        },
        { width },
      );
    }
  });

  const claim = claims[name.slice(0, 2)];
  if (claim) it(claim.says, () => claim.check(cellsOf(file)));

  if (real[name.slice(0, 2)]) {
    describeWithMirror('on a real photo', () => {
      it('runs with SqueezeNet and finds the bull mastiff', { timeout: 300_000 }, async () => {
        const place = mkdtempSync(path.join(os.tmpdir(), 'whylight-real-'));
        const photo = mirrored('photos/openly-licensed/dog-and-cat.png');
        const chosen = [
          `photoFile=${photo}`,
          'networkName=squeezenet1_0-deep-compression',
          'targetLabel=bull mastiff',
          ...real[name.slice(0, 2)]!,
        ];
        const run = ['notebook', 'run', path.join(folder, name), '--out', place, '--mirror', mirror!];
        const done = await whylight([...run, ...chosen.flatMap((value) => ['-p', value])]);
        expect(done.err).not.toContain('failed');
        expect(done.code).toBe(0);
        const shown = figuresOf(cellsOf(path.join(place, name)));
        expect(shown.map(({ bundle }) => [bundle['text/plain']].flat().join('')).join()).toContain('bull mastiff');
        expect(shown.map(({ figure }) => figure.data[0]!.type)).toContain('heatmap');
      });
    });
  }
});
