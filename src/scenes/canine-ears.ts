import type { CanvasRenderingContext2D } from 'canvas';
import type { Coat } from './canine-coat';
import { fillPath } from './canine-face';
import { css, mix, shade } from './colour';

/** An ear seen from the side; `shift` and `exposure` put the far one behind. */
export function ear(
  context: CanvasRenderingContext2D,
  kind: 'upright' | 'folded' | 'floppy',
  coat: Coat,
  shift: number,
  exposure: number,
  wolf: boolean,
): void {
  const outer = css(shade(coat.ear, exposure));
  if (kind === 'upright') {
    const height = wolf ? 1.86 : 2.0;
    fillPath(
      context,
      [
        [-0.62 + shift, -0.62],
        [-0.6 + shift, -1.2],
        [-0.3 + shift, -height],
        [-0.2 + shift, -height],
        [0.12 + shift, -1.3],
        [0.18 + shift, -0.7],
      ],
      outer,
    );
    const inner = mix(coat.cheek, coat.ear, wolf ? 0.25 : 0.45);
    fillPath(
      context,
      [
        [-0.3 + shift, -0.85],
        [-0.32 + shift, -1.25],
        [-0.2 + shift, -height + 0.22],
        [0.02 + shift, -1.25],
        [0.05 + shift, -0.85],
      ],
      css(shade(inner, 0.82 * exposure)),
    );
  } else if (kind === 'folded') {
    fillPath(
      context,
      [
        [-0.62 + shift, -0.6],
        [-0.6 + shift, -1.1],
        [-0.35 + shift, -1.5],
        [0 + shift, -1.42],
        [0.18 + shift, -0.8],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [-0.42 + shift, -1.48],
        [0.1 + shift, -1.5],
        [0.42 + shift, -0.95],
        [0.3 + shift, -0.72],
        [-0.1 + shift, -1.1],
      ],
      css(shade(coat.ear, exposure * 0.78)),
    );
  } else {
    const s = shift * 1.6;
    fillPath(
      context,
      [
        [-0.45 + s, -0.95],
        [-0.85 + s, -0.5],
        [-0.92 + s, 0.3],
        [-0.68 + s, 0.95],
        [-0.3 + s, 0.95],
        [-0.05 + s, 0.3],
        [0.12 + s, -0.5],
        [0 + s, -0.95],
      ],
      outer,
    );
    const light = context.createLinearGradient(-0.9 + s, 0, 0.1 + s, 0);
    light.addColorStop(0, css(shade(coat.ear, 0.6 * exposure), 0.8));
    light.addColorStop(0.55, css(shade(coat.ear, 1.1 * exposure), 0.5));
    light.addColorStop(1, css(shade(coat.ear, 0.6 * exposure), 0.7));
    fillPath(
      context,
      [
        [-0.45 + s, -0.85],
        [-0.78 + s, -0.5],
        [-0.84 + s, 0.3],
        [-0.62 + s, 0.85],
        [-0.32 + s, 0.85],
        [-0.1 + s, 0.3],
        [0.06 + s, -0.5],
        [-0.02 + s, -0.85],
      ],
      light,
    );
  }
}

export function frontEar(
  context: CanvasRenderingContext2D,
  kind: 'upright' | 'folded' | 'floppy',
  coat: Coat,
  side: -1 | 1,
  k: number,
  wolf: boolean,
): void {
  context.save();
  context.translate(0.06 * k, 0);
  context.scale(side, 1);
  const outer = css(shade(coat.ear, side * k > 0.3 ? 0.85 : 0.95));
  if (kind === 'upright') {
    const tip = wolf ? -1.78 : -1.95;
    const lean = wolf ? 0.08 : 0;
    fillPath(
      context,
      [
        [0.1, -0.85],
        [0.3, -1.3],
        [0.74 + lean, tip],
        [0.86 + lean, tip + 0.02],
        [1.08, -1.15],
        [1.0, -0.4],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.38, -0.9],
        [0.5, -1.25],
        [0.77 + lean, tip + 0.28],
        [0.9, -1.1],
        [0.84, -0.62],
      ],
      css(shade(mix(coat.cheek, coat.ear, wolf ? 0.2 : 0.4), 0.86)),
    );
    fillPath(
      context,
      [
        [0.55, -0.85],
        [0.62, -1.15],
        [0.76, -1.3],
        [0.8, -0.8],
      ],
      css(shade(mix(coat.cheek, [200, 150, 140], 0.5), 0.7), 0.6),
    );
  } else if (kind === 'folded') {
    fillPath(
      context,
      [
        [0.15, -0.85],
        [0.4, -1.35],
        [0.8, -1.45],
        [1.1, -1.1],
        [1.0, -0.4],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.4, -1.38],
        [0.9, -1.45],
        [1.25, -0.95],
        [1.12, -0.62],
        [0.78, -1.0],
      ],
      css(shade(coat.ear, 0.75)),
    );
  } else {
    fillPath(
      context,
      [
        [0.4, -0.95],
        [0.85, -1.05],
        [1.25, -0.5],
        [1.38, 0.25],
        [1.2, 0.72],
        [0.9, 0.6],
        [0.8, -0.1],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.9, -0.75],
        [1.14, -0.4],
        [1.24, 0.25],
        [1.14, 0.55],
        [0.98, 0.4],
        [0.95, -0.2],
      ],
      css(shade(coat.ear, 1.14), 0.45),
    );
  }
  context.restore();
}
