import { expect, test } from 'vitest';
import { overlay } from '../../src/plots/overlay';
import { classTarget, hostile, mapOf, spots } from '../support/attributions';

type Trace = {
  z: number[][];
  zmin: number;
  zmax: number;
  type: string;
  colorscale: [number, string][];
  hovertemplate: string;
  name: string;
};
const trace = (figure: { data: readonly object[] }, i = 0) => figure.data[i] as unknown as Trace;

test('the map lies over the photo, value by value', () => {
  const values = spots(20, 30, [
    [4, 25, 2],
    [15, 3, -1],
  ]);
  const figure = overlay(mapOf(values, 20, 30));
  const { z, zmin, zmax, type } = trace(figure);
  expect(type).toBe('heatmap');
  expect([z.length, z[0]!.length]).toEqual([20, 30]);
  expect([z[4]![25], z[15]![3], z[0]![0]]).toEqual([2, -1, 0]);
  expect([zmin, zmax]).toEqual([-1, 2]);
  const layout = figure.layout as {
    images: { sizex: number; sizey: number; source: string; x: number }[];
    width: number;
    height: number;
  };
  expect(layout.images[0]).toMatchObject({ sizex: 30, sizey: 20, x: -0.5, y: -0.5, layer: 'below' });
  expect(layout.images[0]!.source).toMatch(/^data:image\/png;base64,/);
  expect(figure.layout).toMatchObject({ xaxis: { range: [-0.5, 29.5] }, yaxis: { range: [19.5, -0.5] } });
  expect(layout.height).toBeLessThan(layout.width);
});

test('alt says where the mass is, the caption what was explained', () => {
  const figure = overlay(
    mapOf(spots(20, 30, [[4, 25, 2]]), 20, 30, { layer: 'layer4', notes: ['the score is saturated'] }),
  );
  expect(figure.alt).toMatch(
    /^Class activation map: timber wolf, 87\.5 %, on wolf\.jpg\. .*the upper right ninth holds 100 %/,
  );
  expect(figure.caption).toBe(
    'Class activation map of Net for timber wolf, 87.5 %, on wolf.jpg, layer layer4. The score is saturated.',
  );
});

test('a clipped scale says so', () => {
  const values = Float32Array.from({ length: 600 }, (_, i) => i);
  expect(overlay(mapOf(values, 20, 30, { method: 'saliency', signed: false })).caption).toContain(
    'Colours end at 594; stronger pixels have the last one.',
  );
});

test('labels and names cannot become markup', () => {
  const map = mapOf(new Float32Array(600).fill(1), 20, 30, {
    method: hostile,
    target: classTarget(hostile),
  });
  const figure = overlay(map, { title: hostile });
  const shown = JSON.stringify([figure.data, figure.layout]);
  expect(shown).not.toContain('<img');
  expect(trace(figure).hovertemplate.match(/%\{[^}]*\}/g)).toEqual(['%{x}', '%{y}', '%{z:.4g}']);
});

test('an empty map gives a figure without NaN', () => {
  const figure = overlay(mapOf(new Float32Array(600), 20, 30));
  expect(JSON.stringify(figure)).not.toMatch(/NaN|null,null/);
  expect(figure.alt).toContain('The map is zero everywhere.');
});
