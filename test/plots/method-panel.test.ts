import { expect, test } from 'vitest';
import { methodPanel } from '../../src/plots/method-panel';
import { hostile, mapOf, spots } from '../support/attributions';

const weak = mapOf(spots(20, 30, [[4, 25, 0.5]]), 20, 30);
const strong = mapOf(spots(20, 30, [[15, 2, 4]]), 20, 30, { method: 'occlusion' });
type Trace = {
  type: string;
  zmin: number;
  zmax: number;
  xaxis: string;
  showscale?: boolean;
  colorbar?: { ticktext: string[] };
};
const traces = (figure: { data: readonly object[] }) => figure.data as unknown as Trace[];

test('each map has its own scale, or all have one', () => {
  const ranges = (shared: boolean) =>
    traces(methodPanel([weak, strong], { shared }))
      .slice(1)
      .map(({ zmin, zmax }) => [zmin, zmax]);
  expect(ranges(false)).toEqual([
    [0, 0.5],
    [0, 4],
  ]);
  expect(ranges(true)).toEqual([
    [0, 4],
    [0, 4],
  ]);
  const bars = traces(methodPanel([weak, strong], { shared: true })).map(({ colorbar }) => colorbar?.ticktext);
  expect(bars).toEqual([undefined, ['0', '4'], undefined]);
});

test('the photo comes first, then the maps side by side without overlap', () => {
  const figure = methodPanel([weak, strong]);
  expect(traces(figure).map(({ type, xaxis }) => [type, xaxis])).toEqual([
    ['scatter', 'x'],
    ['heatmap', 'x2'],
    ['heatmap', 'x3'],
  ]);
  const layout = figure.layout as unknown as Record<string, { domain: [number, number]; range: number[] }>;
  const domains = ['xaxis', 'xaxis2', 'xaxis3'].map((axis) => layout[axis]!.domain);
  expect(domains[0]![0]).toBe(0);
  expect(domains[2]![1]).toBeCloseTo(1, 6);
  for (let i = 1; i < 3; i++) expect(domains[i]![0]).toBeGreaterThan(domains[i - 1]![1]);
  expect(layout.yaxis3!.range).toEqual([19.5, -0.5]);
  expect((figure.layout as { images: unknown[] }).images).toHaveLength(3);
  expect(traces(methodPanel([weak, strong], { photo: false }))).toHaveLength(2);
});

test('alt says where each map’s mass is', () => {
  const { alt, caption } = methodPanel([weak, strong]);
  expect(alt).toMatch(
    /Class activation map for timber wolf on wolf\.jpg\. .*upper right ninth.*Occlusion sensitivity for timber wolf .*lower left ninth/,
  );
  expect(caption).toBe(
    'wolf.jpg: class activation map (timber wolf, 87.5 %); occlusion sensitivity (timber wolf, 87.5 %).',
  );
});

test('titles cannot become markup', () => {
  const figure = methodPanel([weak], { title: () => hostile });
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
});

test('no map is refused', () => {
  expect(() => methodPanel([])).toThrow('a method panel needs at least one map; got none');
});

test('several rows are each as wide as the figure, without bars and without overlap', () => {
  const { layout } = methodPanel([weak, strong, weak, strong, weak], { columns: 3 });
  const axes = layout as Record<string, { domain: [number, number] }>;
  const boxes = ['', '2', '3', '4', '5', '6'].map(
    (axis) => [axes[`xaxis${axis}`]!.domain, axes[`yaxis${axis}`]!.domain] as const,
  );
  expect(boxes.slice(3).map(([x]) => x)).toEqual(boxes.slice(0, 3).map(([x]) => x));
  expect(boxes[0]![1][1]).toBe(1);
  expect(boxes[5]![1][0]).toBeCloseTo(0, 9);
  expect(boxes[3]![1][1]).toBeLessThan(boxes[0]![1][0]);
  const tops = (layout.annotations as { y: number }[]).map(({ y }) => y);
  expect(tops).toEqual(boxes.map(([, y]) => y[1]));
});
