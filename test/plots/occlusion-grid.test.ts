import { describe, expect, test } from 'vitest';
import { occlusionGrid } from '../../src/plots/occlusion-grid';
import { occlusionRow } from '../../src/plots/occlusion-row';
import { classTarget, differenceTarget, gridOf, hostile, mapOf } from '../support/attributions';

const probabilities = Float32Array.from({ length: 49 }, (_, i) => 0.9 - (i === 17 ? 0.8 : 0) + (i === 40 ? 0.05 : 0));
const logits = Float32Array.from({ length: 49 }, (_, i) => (i === 3 ? -4 : 2));
const map = (grid = gridOf(probabilities, logits), more = {}) =>
  mapOf(new Float32Array(40 * 64), 40, 64, {
    method: 'occlusion',
    grid,
    options: { size: [10, 16], stride: [5, 8] },
    ...more,
  });
type Trace = {
  type: string;
  hovertemplate: string;
  z: number[][];
  x: number[];
  y: number[];
  zmin?: number;
  zmax?: number;
};
const heat = (figure: { data: readonly object[] }) =>
  (figure.data as unknown as Trace[]).filter(({ type }) => type === 'heatmap');

describe('the grid', () => {
  test('each cell stands at its occluder’s centre, the cut-off ones at the centre of what is left', () => {
    const [{ x, y, z }] = heat(occlusionGrid(map())) as [Trace];
    expect(x).toEqual([8, 16, 24, 32, 40, 48, 56]);
    expect(y).toEqual([5, 10, 15, 20, 25, 30, 35]);
    expect(z[2]![3]).toBeCloseTo(0.1, 4);
    expect([z.length, z[0]!.length]).toEqual([7, 7]);
    const wide = { ...gridOf(probabilities, logits), lefts: [0, 8, 16, 24, 32, 40, 56] };
    expect((heat(occlusionGrid(map(wide)))[0] as Trace).x.at(-1)).toBe(60);
  });

  test('the axes are the picture’s, top to bottom', () => {
    for (const width of [200, 340, 560]) {
      const { layout } = occlusionGrid(map(), { width });
      const axis = width >= 300 ? '2' : '';
      expect(layout).toMatchObject({
        [`xaxis${axis}`]: { range: [0, 64] },
        [`yaxis${axis}`]: { range: [40, 0] },
        width,
      });
    }
  });

  test('words say where the score falls and where it rises', () => {
    const { alt, caption, layout } = occlusionGrid(map());
    expect(alt).toBe(
      'P(timber wolf) for each position of a 10×16 px occluder on wolf.jpg: from 10.0 % with the occluder’s centre at ' +
        'x 32 px, y 15 px to 95.0 % at x 48 px, y 30 px; 87.5 % uncovered.',
    );
    expect(caption).toContain('7×7 positions; 87.5 % uncovered, 10.0 % with the occluder at x 32 px, y 15 px (drawn)');
    expect((layout as { shapes: object[] }).shapes).toEqual([
      expect.objectContaining({ x0: 23.5, x1: 39.5, y0: 9.5, y1: 19.5 }),
    ]);
  });

  test('without probabilities it shows logits', () => {
    const target = differenceTarget('wolf', 'dog');
    const { alt } = occlusionGrid(map(gridOf(null, logits), { target }));
    expect(alt).toMatch(
      /^score difference wolf − dog in logits for each position .*: from −4 .* to 2 .*; 2 uncovered\.$/,
    );
    const own = { ...target, kind: 'function' as const, classes: [], label: 'my margin' };
    expect(occlusionGrid(map(gridOf(null, logits), { target: own })).alt).toMatch(/^score my margin for each position/);
  });

  test('words beside the colour bar that are longer than it stand in lines', () => {
    const target = differenceTarget('timber wolf', 'Siberian husky, of the Arctic');
    const title = ({ data }: { data: readonly object[] }) =>
      data.flatMap((trace) =>
        'colorbar' in trace ? [(trace.colorbar as { title: { text: string } }).title.text] : [],
      );
    const long = map(gridOf(null, logits), { target });
    expect(title(occlusionGrid(long))).toEqual([expect.stringContaining('<br>')]);
    expect(title(occlusionRow([long]))).toEqual([expect.stringContaining('<br>')]);
    expect(title(occlusionGrid(map()))).toEqual(['P(timber wolf)']);
    const height = (of: ReturnType<typeof map>) => occlusionRow([of]).layout.height as number;
    expect(height(long)).toBeGreaterThan(height(map()));
  });

  test('labels cannot become markup', () => {
    const target = classTarget(hostile);
    const figure = occlusionGrid(map(undefined, { target }));
    expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
    const [{ hovertemplate }] = heat(figure) as [Trace];
    expect(hovertemplate.match(/%\{[^}]*\}/g)).toEqual(['%{x}', '%{y}', '%{z:.4g}']);
  });

  test('a map without positions is refused', () => {
    expect(() => occlusionGrid(mapOf([0], 1, 1))).toThrow('the cam map has no grid of occluder positions');
  });
});

describe('the row', () => {
  test('shares one colour scale over all occluders', () => {
    const second = gridOf(
      probabilities.map((value) => value / 2),
      logits,
    );
    const traces = heat(occlusionRow([map(), map(second)]));
    expect(traces).toHaveLength(2);
    for (const { zmin, zmax } of traces) {
      expect(zmin).toBeCloseTo(0.05, 5);
      expect(zmax).toBeCloseTo(0.95, 5);
    }
  });

  test('no map, maps without positions and maps of different targets are refused', () => {
    expect(() => occlusionRow([])).toThrow('needs at least one map; got none');
    expect(() => occlusionRow([mapOf([0], 1, 1)])).toThrow('the cam map has no grid');
    const other = { target: classTarget('dog') };
    expect(() => occlusionRow([map(), map(undefined, other)])).toThrow(
      'the maps explain different targets: timber wolf, grey wolf, dog',
    );
  });
});
