import type { Random } from './random';
import type { DistractorKind, DistractorSpec } from './spec';

/** A person, ball or tree at the side of the picture; `horizon` in scene units. */
export function randomDistractor(
  kind: DistractorKind,
  frame: { readonly width: number; readonly height: number },
  horizon: number,
  random: Random,
): DistractorSpec {
  const side = random.chance(0.5) ? random.range(0.06, 0.22) : random.range(0.78, 0.94);
  const depth = { person: random.range(0.15, 0.75), ball: random.range(0.4, 0.95), tree: random.range(0.02, 0.2) }[
    kind
  ];
  const y = horizon + (frame.height - horizon) * depth;
  const size = {
    person: Math.min(0.5 + 0.4 * depth, y * 0.98),
    ball: 0.07 + 0.09 * depth,
    tree: random.range(0.4, 0.6),
  }[kind];
  return { kind, x: frame.width * side, y, size, facing: side < 0.5 ? 'right' : 'left', seed: random.seed() };
}
