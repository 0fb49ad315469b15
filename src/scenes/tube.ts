import type { CanvasRenderingContext2D } from 'canvas';

/** A point of a tube's middle line, with the distance to its two edges. */
export interface TubePoint {
  readonly x: number;
  readonly y: number;
  /** Distance to the edge on the left of the direction of travel. */
  readonly left: number;
  /** Distance to the edge on the right; default: the same. */
  readonly right?: number;
}

interface Sample {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  /** Unit direction of travel. */
  readonly dx: number;
  readonly dy: number;
}

/** A body part: a smooth line (Catmull-Rom) of varying thickness. `along` is 0–1, `across` −1 (left edge) to 1. */
export class Tube {
  private readonly samples: readonly Sample[];

  constructor(points: readonly TubePoint[], steps = 11) {
    const raw = Array.from({ length: steps + 1 }, (_, i) => interpolate(points, (i / steps) * (points.length - 1)));
    this.samples = raw.map((sample, i) => {
      const before = raw[Math.max(0, i - 1)]!;
      const after = raw[Math.min(steps, i + 1)]!;
      const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
      return { ...sample, dx: (after.x - before.x) / length, dy: (after.y - before.y) / length };
    });
  }

  /** The place of (along, across), with the direction of travel and the outward normal there. */
  at(along: number, across: number): { x: number; y: number; dx: number; dy: number; nx: number; ny: number } {
    const position = Math.max(0, Math.min(0.9999, along)) * (this.samples.length - 1);
    const index = Math.floor(position);
    const f = position - index;
    const a = this.samples[index]!;
    const b = this.samples[index + 1]!;
    const mix = (p: number, q: number) => p + (q - p) * f;
    const dx = mix(a.dx, b.dx);
    const dy = mix(a.dy, b.dy);
    // Canvas's y points down: (dy, −dx) lies to the left of the direction of travel.
    const radius = across < 0 ? mix(a.left, b.left) : mix(a.right, b.right);
    const reach = -across * radius;
    return { x: mix(a.x, b.x) + dy * reach, y: mix(a.y, b.y) - dx * reach, dx, dy, nx: -dy * across, ny: dx * across };
  }

  /** The rectangle around the tube: left, top, right, bottom. */
  bounds(): [number, number, number, number] {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const s of this.samples) {
      const r = Math.max(s.left, s.right);
      left = Math.min(left, s.x - r);
      right = Math.max(right, s.x + r);
      top = Math.min(top, s.y - r);
      bottom = Math.max(bottom, s.y + r);
    }
    return [left, top, right, bottom];
  }

  /** The (along, across) of a place inside the tube or near it: the inverse of `at`, by the nearest sample. */
  locate(x: number, y: number): [along: number, across: number] {
    let best = 0;
    let least = Infinity;
    for (let i = 0; i < this.samples.length; i++) {
      const s = this.samples[i]!;
      const distance = (s.x - x) ** 2 + (s.y - y) ** 2;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    const s = this.samples[best]!;
    const ahead = (x - s.x) * s.dx + (y - s.y) * s.dy;
    const side = -(x - s.x) * s.dy + (y - s.y) * s.dx;
    const step = Math.hypot(this.samples[1]!.x - this.samples[0]!.x, this.samples[1]!.y - this.samples[0]!.y) || 1;
    const along = (best + Math.max(-0.5, Math.min(0.5, ahead / step))) / (this.samples.length - 1);
    const across = side / (side < 0 ? s.left : s.right);
    return [Math.max(0, Math.min(1, along)), Math.max(-1, Math.min(1, across))];
  }

  /** Adds the outline, with rounded ends, to the current path. */
  trace(context: CanvasRenderingContext2D): void {
    const points: [number, number][] = [];
    for (const s of this.samples) points.push([s.x + s.dy * s.left, s.y - s.dx * s.left]);
    cap(points, this.samples[this.samples.length - 1]!, 1);
    for (const s of [...this.samples].reverse()) points.push([s.x - s.dy * s.right, s.y + s.dx * s.right]);
    cap(points, this.samples[0]!, -1);
    smoothPath(context, points);
  }
}

function cap(points: [number, number][], s: Sample, sign: 1 | -1): void {
  const from = sign === 1 ? s.left : s.right;
  const to = sign === 1 ? s.right : s.left;
  for (let i = 1; i < 4; i++) {
    const angle = (i / 4) * Math.PI;
    const side = Math.cos(angle) * (angle < Math.PI / 2 ? from : to) * sign;
    const ahead = Math.sin(angle) * ((from + to) / 2) * 0.85 * sign;
    points.push([s.x + s.dy * side + s.dx * ahead, s.y - s.dx * side + s.dy * ahead]);
  }
}

/** Adds a closed smooth path through the middles between the points. */
export function smoothPath(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  const count = points.length;
  const middle = (i: number): [number, number] => {
    const a = points[i % count]!;
    const b = points[(i + 1) % count]!;
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  };
  context.moveTo(...middle(count - 1));
  for (let i = 0; i < count; i++) context.quadraticCurveTo(points[i]![0], points[i]![1], ...middle(i));
  context.closePath();
}

function interpolate(points: readonly TubePoint[], position: number): Omit<Sample, 'dx' | 'dy'> {
  const index = Math.min(points.length - 2, Math.floor(position));
  const f = position - index;
  const p = [index - 1, index, index + 1, index + 2].map((i) => points[Math.max(0, Math.min(points.length - 1, i))]!);
  const spline = (get: (point: TubePoint) => number) => {
    const [a, b, c, d] = p.map(get) as [number, number, number, number];
    return 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f * f + (3 * b - a - 3 * c + d) * f * f * f);
  };
  const left = Math.max(
    0.002,
    spline((q) => q.left),
  );
  return {
    x: spline((q) => q.x),
    y: spline((q) => q.y),
    left,
    right: Math.max(
      0.002,
      spline((q) => q.right ?? q.left),
    ),
  };
}
