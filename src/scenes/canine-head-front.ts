import type { Brush } from './brush';
import type { Coat } from './canine-coat';
import { frontEar } from './canine-ears';
import { black, eye, fillPath, furryShape, glint, type Points, spot, tongue, tufts } from './canine-face';
import { type Colour, css, mix, shade } from './colour';
import { noise } from './noise';
import type { Random } from './random';
import type { CaninePart, CanineSpec } from './spec';

/** The head turned to the viewer. */
export function paintFront(
  brush: Brush<CaninePart>,
  spec: CanineSpec,
  coat: Coat,
  light: number,
  random: Random,
): void {
  const { ears, hair, muzzle } = spec.shape;
  const wolf = spec.shape.skull === 'wolf';
  const k = spec.turn;
  const sides = brush.on('ears');
  frontEar(sides, ears, coat, -1, k, wolf);
  frontEar(sides, ears, coat, 1, k, wolf);
  const cheek = wolf ? 1.2 : 1.02;
  const jaw = 1.0 + 0.2 * muzzle;
  const half: Points = [
    [0.28, -1.02],
    [0.72, -0.88],
    [0.98, -0.4],
    [cheek, 0.12],
    [cheek * 0.98, 0.48],
    [0.74, 0.78],
    [0.46, jaw - 0.04],
    [0.16, jaw + 0.14],
  ];
  const outline: Points = [...half, ...[...half].reverse().map(([x, y]) => [-x, y] as const)];
  const snoutX = 0.26 * k;
  const face = (x: number, y: number): Colour => {
    const bridge = Math.abs(x - snoutX * Math.max(0, Math.min(1, y + 0.3))) < 0.24 - 0.08 * y && y < 0.42;
    const patch = coat.patches && noise(x * 0.8 + 3, y * 0.8, spec.seed) > 0.6 ? coat.patches.colour : coat.face;
    const wobble = 0.4 * (noise(x * 3, y * 3, spec.seed) - 0.5);
    const aside = Math.abs(x - 0.1 * k);
    const border = bridge ? 0.45 : 0.16 - 0.35 * Math.max(0, aside - 0.3);
    let pale = Math.max(0, Math.min(1, (y - border) / 0.28 + wobble));
    if (coat.brows)
      pale = Math.max(
        pale,
        0.75 * Math.max(spot(x, y, 0.36 + 0.12 * k, -0.42, 0.17), spot(x, y, -0.36 + 0.12 * k, -0.42, 0.17)),
      );
    return mix(patch, coat.cheek, pale);
  };
  const skull = brush.on('head');
  furryShape(skull, outline, face, {
    light,
    hair: wolf ? 0.3 : 0.14 + 0.16 * hair,
    count: 100,
    grizzle: coat.grizzle,
    random,
    centre: [snoutX, 0.45],
    flow: (x, y) => [x - snoutX, y - 0.4],
  });
  if (wolf) {
    for (const side of [-1, 1]) {
      const places: Points = [
        [side * 1.02, 0.2],
        [side * 0.98, 0.45],
        [side * 0.8, 0.68],
        [side * 0.55, 0.85],
      ];
      tufts(skull, places, mix(coat.cheek, coat.side, 0.25), [side * 0.7, 0.6], 0.5, random);
    }
  }
  const context = brush.on('muzzle');
  const top = mix(coat.face, coat.cheek, wolf ? 0.35 : 0.3);
  const length = 0.36 + 0.12 * muzzle;
  const gradient = context.createRadialGradient(snoutX + 0.1 * light, 0.52, 0.05, snoutX, 0.64, 0.6);
  gradient.addColorStop(0, css(shade(coat.cheek, 1.06)));
  gradient.addColorStop(0.7, css(shade(coat.cheek, 0.92)));
  gradient.addColorStop(1, css(shade(coat.cheek, 0.78)));
  if (spec.mouth === 'panting') {
    fillPath(
      context,
      [
        [snoutX - 0.3, 0.85],
        [snoutX + 0.3, 0.85],
        [snoutX + 0.22, 1.2],
        [snoutX - 0.22, 1.2],
      ],
      css([84, 34, 38]),
    );
    fillPath(
      context,
      [
        [snoutX - 0.17, 0.95],
        [snoutX + 0.17, 0.95],
        [snoutX + 0.19, 1.4],
        [snoutX, 1.55],
        [snoutX - 0.19, 1.4],
      ],
      css(tongue),
    );
  }
  context.fillStyle = gradient;
  context.beginPath();
  context.ellipse(snoutX, 0.66, wolf ? 0.38 : 0.43, length, 0, 0, 2 * Math.PI);
  context.fill();
  fillPath(
    context,
    [
      [snoutX - 0.13, 0.1],
      [snoutX + 0.13, 0.1],
      [snoutX + 0.19, 0.42],
      [snoutX - 0.19, 0.42],
    ],
    css(top, 0.75),
  );
  // Nose and mouth.
  const nx = 0.33 * k;
  const ny = 0.5;
  fillPath(
    context,
    [
      [nx - 0.2, ny - 0.13],
      [nx, ny - 0.17],
      [nx + 0.2, ny - 0.13],
      [nx + 0.2, ny + 0.02],
      [nx + 0.06, ny + 0.15],
      [nx - 0.06, ny + 0.15],
      [nx - 0.2, ny + 0.02],
    ],
    css(black),
  );
  glint(context, nx + 0.06 * light, ny - 0.08, 0.08, 0.5);
  context.strokeStyle = css(mix(coat.cheek, black, 0.8), 0.9);
  context.lineWidth = 0.045;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(nx, ny + 0.13);
  context.lineTo(nx, ny + 0.28);
  context.quadraticCurveTo(nx - 0.06, ny + 0.42, snoutX - 0.27, ny + 0.36);
  context.moveTo(nx, ny + 0.28);
  context.quadraticCurveTo(nx + 0.06, ny + 0.42, snoutX + 0.27, ny + 0.36);
  context.stroke();
  const eyes = brush.on('head');
  for (const side of [-1, 1]) {
    eyes.save();
    eyes.translate(side * 0.4 + 0.14 * k, -0.1);
    eyes.scale(side, 1);
    eyes.rotate(wolf ? -0.3 : -0.08);
    eye(eyes, coat.eye, wolf ? 0.135 : 0.15, wolf ? 0.085 : 0.125);
    eyes.restore();
  }
}
