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
      data?.[plotly] ? [{ figure: data[plotly] as { data: { type: string }[] }, bundle: data }] : [],
    ),
  );
}

const streams = (cells: readonly Cell[]) =>
  cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ text }) => text ?? [])).join('');

describe.each(lessons)('%s', (name) => {
  const out = mkdtempSync(path.join(os.tmpdir(), 'whylight-lesson-'));
  const file = path.join(out, name);
  const page = path.join(out, name.replace('.ipynb', '.html'));
  let answer: Awaited<ReturnType<typeof whylight>>;

  beforeAll(async () => {
    answer = await whylight(['notebook', 'run', path.join(folder, name), '--out', out], {
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

  it('shows every figure as Plotly, HTML, PNG and words', () => {
    const figures = figuresOf(cellsOf(file));
    expect(figures.length).toBeGreaterThanOrEqual(3);
    for (const { figure, bundle } of figures) {
      expect(figure.data.length).toBeGreaterThan(0);
      expect(
        Buffer.from(bundle['image/png'] as string, 'base64')
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
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
          expect(Math.min(...areas)).toBeGreaterThan(5000);
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

  if (name.startsWith('01-')) {
    it('says what it claims: the class activation map adds up to the logit', () => {
      const cells = cellsOf(file);
      const types = figuresOf(cells).map(({ figure }) => figure.data.map(({ type }) => type).join('+'));
      expect(types.filter((type) => type.includes('heatmap')).length).toBeGreaterThanOrEqual(5);
      expect(types).toContain('bar');
      const [, mean, logit, bias] = /mean of the map ([-\d.]+), logit ([-\d.]+), bias ([-\d.]+)/.exec(streams(cells))!;
      expect(Number(mean) + Number(bias)).toBeCloseTo(Number(logit), 3);
      expect(Number(logit)).toBeGreaterThan(0);
      expect(streams(cells)).toMatch(/Half of the map’s positive mass lies in \d+ % of the picture/);
    });

    describeWithMirror('on a real photo', () => {
      it('runs with parameters, on SqueezeNet', { timeout: 300_000 }, async () => {
        const real = mkdtempSync(path.join(os.tmpdir(), 'whylight-real-'));
        const run = ['notebook', 'run', path.join(folder, name), '--out', real, '--mirror', mirror!];
        const photo = mirrored('photos/openly-licensed/dog-and-cat.png');
        const chosen = [
          `photoFile=${photo}`,
          'networkName=squeezenet1_0-deep-compression',
          'targetLabel=bull mastiff',
          'occluderSize=32',
          'occluderStride=16',
        ];
        const done = await whylight([...run, ...chosen.flatMap((value) => ['-p', value])]);
        expect(done.err).not.toContain('failed');
        expect(done.code).toBe(0);
        const cells = cellsOf(path.join(real, name));
        const bars = figuresOf(cells).find(({ figure }) => figure.data[0]!.type === 'bar')!.figure
          .data[0] as unknown as {
          x: number[];
          y: string[];
        };
        const grid = figuresOf(cells)
          .flatMap(({ figure }) => figure.data)
          .find((trace) => 'z' in trace && 'x' in trace) as unknown as { x: number[]; y: number[] };
        expect([grid.y.length, grid.x.length]).toEqual([13, 13]);
        expect(bars.y[0]).toBe('bull mastiff');
        expect(bars.x[0]).toBeCloseTo(0.9343, 3);
      });
    });
  }
});
