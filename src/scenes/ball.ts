import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, shade } from './colour';
import type { Random } from './random';

/** Diameter 1, lying on (0, 0). */
export function paintBall(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const colour = random.pick<Colour>([
    [204, 60, 48],
    [54, 108, 186],
    [226, 178, 44],
    [82, 158, 84],
    [214, 226, 74],
  ]);
  const second = random.chance(0.6) ? ([244, 240, 232] as const) : shade(colour, 0.7);
  const turn = random.range(0, Math.PI);
  context.save();
  context.beginPath();
  context.arc(0, -0.5, 0.5, 0, 2 * Math.PI);
  context.fillStyle = css(colour);
  context.fill();
  context.clip();
  context.translate(0, -0.5);
  context.rotate(turn);
  context.fillStyle = css(second);
  context.beginPath();
  context.ellipse(0, 0, 0.6, 0.14, 0, 0, 2 * Math.PI);
  context.fill();
  context.rotate(-turn);
  const round = context.createRadialGradient(0.2 * light, -0.24, 0.03, 0, 0, 0.56);
  round.addColorStop(0, 'rgba(255,255,255,0.75)');
  round.addColorStop(0.35, 'rgba(255,255,255,0.08)');
  round.addColorStop(1, 'rgba(10,10,30,0.6)');
  context.fillStyle = round;
  context.fillRect(-0.5, -0.5, 1, 1);
  context.restore();
}
