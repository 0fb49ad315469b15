import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, shade } from './colour';
import type { Random } from './random';
import { blob, part } from './solid';

/** Height 1, rooted at (0, 0): a leafy tree or a fir. */
export function paintTree(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const bark: Colour = [96, 74, 56];
  const fir = random.chance(0.5);
  part(
    context,
    [
      [0, -0.6, 0.03],
      [0, -0.3, 0.036],
      [0, 0.0, 0.05],
    ],
    bark,
    light,
  );
  const leaf = random.pick<Colour>(
    fir
      ? [
          [40, 78, 58],
          [52, 86, 62],
        ]
      : [
          [76, 116, 52],
          [104, 126, 50],
          [150, 112, 46],
        ],
  );
  const lump = (x: number, y: number, r: number, factor: number) => {
    const points: [number, number][] = [];
    for (let i = 0; i < 13; i++) {
      const angle = (i / 13) * 2 * Math.PI;
      const reach = r * random.range(0.82, 1.15);
      points.push([x + Math.cos(angle) * reach, y + Math.sin(angle) * reach * 0.88]);
    }
    blob(context, points, shade(leaf, factor));
  };
  if (fir) {
    for (let i = 0; i < 6; i++) {
      const y = -0.14 - 0.14 * i;
      const wide = 0.25 - 0.035 * i;
      for (const [shift, factor, reach] of [
        [0, 0.7, 1],
        [light * 0.02, 0.98, 0.75],
      ] as const) {
        const points: [number, number][] = [[shift, y - 0.24 * reach]];
        for (let k = 4; k >= -4; k--)
          points.push([
            shift + (k / 4) * wide * reach,
            y + (k % 2 === 0 ? 0.015 : -0.025) + 0.02 * (1 - Math.abs(k) / 4),
          ]);
        context.fillStyle = css(shade(leaf, factor));
        context.beginPath();
        for (const [n, p] of points.entries()) n === 0 ? context.moveTo(...p) : context.lineTo(...p);
        context.fill();
      }
    }
    return;
  }
  const places: [number, number, number][] = [
    [0, -0.68, 0.25],
    [-0.17, -0.58, 0.17],
    [0.18, -0.58, 0.17],
    [-0.1, -0.8, 0.17],
    [0.11, -0.79, 0.16],
  ];
  for (const [x, y, r] of places) lump(x, y, r, 0.68);
  for (const [x, y, r] of places) lump(x + light * 0.03, y - 0.03, r * 0.76, 0.9);
  for (const [x, y, r] of places) lump(x + light * 0.06, y - 0.07, r * 0.42, 1.08);
}
