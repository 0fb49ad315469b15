import type { Brush } from './brush';
import type { Coat } from './canine-coat';
import { ear } from './canine-ears';
import {
  black,
  eye,
  type FurryOptions,
  fillPath,
  furryShape,
  glint,
  type Points,
  spot,
  tongue,
  tufts,
} from './canine-face';
import { type Colour, css, mix, shade } from './colour';
import { noise } from './noise';
import type { Random } from './random';
import type { CaninePart, CanineSpec } from './spec';
import { smoothPath } from './tube';

/** The head seen from the side, facing right. */
export function paintProfile(
  brush: Brush<CaninePart>,
  spec: CanineSpec,
  coat: Coat,
  light: number,
  random: Random,
): void {
  const { muzzle: m, ears, hair } = spec.shape;
  const wolf = spec.shape.skull === 'wolf';
  const snout = 1 + m;
  const deep = wolf ? 0 : 0.08;
  if (spec.mouth === 'panting') {
    const jaw = brush.on('muzzle');
    fillPath(
      jaw,
      [
        [0.9, 0.45],
        [snout - 0.25, 0.3],
        [snout - 0.3, 0.62],
        [1.0, 0.78],
      ],
      css([70, 30, 32]),
    );
    fillPath(
      jaw,
      [
        [1.1, 0.5],
        [snout - 0.35, 0.42],
        [snout - 0.2, 0.75],
        [snout - 0.35, 0.98],
        [snout - 0.55, 0.8],
      ],
      css(tongue),
    );
    fillPath(
      jaw,
      [
        [0.6, 0.6],
        [1.2, 0.66],
        [snout - 0.5, 0.68],
        [snout - 0.42, 0.76],
        [1.1, 0.92],
        [0.5, 0.9],
      ],
      css(shade(coat.cheek, 0.85)),
    );
  }
  ear(brush.on('ears'), ears, coat, 0.34, 0.72, wolf);
  const outline: Points = [
    [-0.8, 0.5],
    [-1.02, -0.2],
    [-0.75, -0.85],
    [-0.05, -1.1],
    [0.5, -0.9],
    [0.88, -0.5 - deep],
    [1.15, -0.3],
    [1 + 0.72 * m, -0.24],
    [snout, -0.24],
    [snout + 0.12, 0.04],
    [snout, 0.3],
    [1 + 0.6 * m, 0.44],
    [1.05, 0.6 + deep],
    [0.55, 0.85],
    [0, 1.02],
    [-0.5, 0.92],
  ];
  // The skull of a head without its muzzle.
  const closed: Points = [...outline.slice(0, 6), [0.98, -0.1], [0.95, 0.3], ...outline.slice(12)];
  const face = (x: number, y: number): Colour => {
    // The pale part: cheek, throat and the muzzle's side, below a line that rises towards the nose.
    const border = x > 0.75 ? 0.08 : 0.2 + 0.12 * (0.75 - x);
    const pale = Math.max(0, Math.min(1, (y - border) / 0.3 + 0.5 * (noise(x * 3, y * 3, spec.seed) - 0.5)));
    const patch = coat.patches && noise(x * 0.9 + 7, y * 0.9, spec.seed) > 0.62 ? coat.patches.colour : coat.face;
    const brow = coat.brows ? spot(x, y, 0.74, -0.62, 0.2) * 0.7 : 0;
    return mix(mix(patch, coat.cheek, pale), coat.cheek, brow);
  };
  const fur: FurryOptions = {
    light,
    hair: wolf ? 0.34 : 0.16 + 0.16 * hair,
    count: 90,
    grizzle: coat.grizzle,
    random,
    centre: [0.1, 0],
    flow: (x) => (x > 0.8 ? [-1, 0.05] : [-0.9, 0.4]),
  };
  if (brush.lacks('muzzle')) {
    // The same strokes, cut off in front of the eye along a skull that closes.
    const skull = brush.on('head');
    skull.save();
    skull.beginPath();
    skull.rect(-4, -4, 4.7, 8);
    smoothPath(skull, closed);
    skull.clip();
    furryShape(skull, outline, face, fur);
    skull.restore();
  } else {
    furryShape(brush.on('head'), outline, face, fur);
    brush.belongs('muzzle', (context) => context.rect(0.86, -1, 2, 2.2));
  }
  if (wolf)
    tufts(
      brush.on('head'),
      [
        [-0.75, 0.55],
        [-0.45, 0.85],
        [-0.1, 1.0],
        [0.25, 0.85],
      ],
      coat.cheek,
      [-0.55, 0.6],
      0.55,
      random,
    );
  ear(brush.on('ears'), ears, coat, 0, 1, wolf);
  // Mouth, nose, eye.
  const snoutOn = brush.on('muzzle');
  snoutOn.lineCap = 'round';
  snoutOn.strokeStyle = css(mix(coat.cheek, black, 0.8), 0.85);
  snoutOn.lineWidth = 0.055;
  snoutOn.beginPath();
  snoutOn.moveTo(snout + 0.02, 0.24);
  snoutOn.quadraticCurveTo(1 + 0.45 * m, 0.4, 0.95, 0.38);
  snoutOn.quadraticCurveTo(0.84, 0.36, 0.8, 0.28);
  snoutOn.stroke();
  fillPath(
    snoutOn,
    [
      [snout - 0.16, -0.27],
      [snout + 0.06, -0.27],
      [snout + 0.17, -0.1],
      [snout + 0.1, 0.08],
      [snout - 0.04, 0.06],
      [snout - 0.1, -0.1],
    ],
    css(black),
  );
  glint(snoutOn, snout + 0.02, -0.17, 0.07, 0.6);
  const skull = brush.on('head');
  skull.save();
  skull.translate(0.66, -0.3);
  skull.rotate(wolf ? 0.28 : 0.1);
  eye(skull, coat.eye, wolf ? 0.13 : 0.15, wolf ? 0.08 : 0.12);
  skull.restore();
}
