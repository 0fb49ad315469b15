import { keepRecent } from './recent';
import type { CaninePose, CanineShape } from './spec';
import { Tube, type TubePoint } from './tube';

/** A canine's parts in its own units: x forward, y down, the ground at 0, the withers about 1 above it. */
export interface CanineBody {
  readonly farLegs: readonly Tube[];
  readonly tail: Tube;
  readonly body: Tube;
  readonly neck: Tube;
  readonly nearLegs: readonly Tube[];
  /** Paws `[x, y]`, far ones first. */
  readonly farPaws: readonly (readonly [number, number])[];
  readonly nearPaws: readonly (readonly [number, number])[];
  /** Middle of the skull. */
  readonly head: readonly [number, number];
  /** From the hindmost to the foremost point that touches the ground. */
  readonly footprint: readonly [number, number];
}

type Point = readonly [x: number, y: number, left: number, right?: number];

const tube = (points: readonly Point[], steps?: number) =>
  new Tube(
    points.map(([x, y, left, right]): TubePoint => ({ x, y, left, right })),
    steps,
  );

/** Some bytes of one body, and of all that are kept: scenes that differ in one thing come one after another. */
const BODY = 40_000;
const bodies = keepRecent<CanineBody>(50 * BODY, () => BODY);

/** Places the parts for a pose; `stride` (−1 to 1) swings the legs of one that stands. */
export function poseCanine(pose: CaninePose, shape: CanineShape, stride: number): CanineBody {
  return bodies.get(JSON.stringify([pose, stride, shape]), () => placeParts(pose, shape, stride));
}

function placeParts(pose: CaninePose, shape: CanineShape, stride: number): CanineBody {
  if (pose === 'sit') return sit(shape);
  if (pose === 'lie') return lie(shape);
  return stand(shape, stride);
}

function stand(shape: CanineShape, stride: number): CanineBody {
  const { bulk, length, neck, headSize } = shape;
  const leg = 0.52 * shape.legs;
  const y = -(leg + 0.25);
  const back = -0.5 * length;
  const front = 0.5 * length;
  const body = tube(
    [
      [back - 0.01, y + 0.03, 0.1, 0.13],
      [back + 0.11, y, 0.155 * bulk, 0.2 * bulk],
      [back + 0.4 * length, y + 0.015, 0.145 * bulk, 0.125 * bulk],
      [front - 0.36 * length, y + 0.02, 0.165 * bulk, 0.21 * bulk],
      [front - 0.13, y + 0.01, 0.195 * bulk, 0.285 * bulk],
      [front + 0.02, y + 0.01, 0.13 * bulk, 0.2 * bulk],
    ],
    16,
  );
  const head: [number, number] = [front + 0.05 + 0.19 * neck, y - 0.14 - 0.3 * neck];
  const frontLeg = (x: number, swing: number, thin: number) => {
    const paw = x + 0.2 * swing;
    return {
      tube: tube([
        [x - 0.02, y + 0.06, 0.125 * thin, 0.13 * thin],
        [x - 0.03 + 0.05 * swing, y + 0.26, 0.085 * thin],
        [x + 0.1 * swing, -leg * 0.48, 0.058 * thin],
        [paw - 0.015, -0.1, 0.046 * thin],
        [paw, -0.035, 0.05 * thin],
      ]),
      paw: [paw + 0.025, -0.032] as const,
    };
  };
  const hindLeg = (x: number, swing: number, thin: number) => {
    const paw = x - 0.04 + 0.22 * swing;
    return {
      tube: tube([
        [x + 0.04, y + 0.02, 0.17 * thin, 0.15 * thin],
        [x + 0.08 + 0.06 * swing, y + 0.22, 0.135 * thin, 0.15 * thin],
        [x + 0.02 + 0.1 * swing, -leg * 0.72, 0.085 * thin, 0.09 * thin],
        [paw - 0.09, -leg * 0.42, 0.055 * thin, 0.06 * thin],
        [paw - 0.03, -0.1, 0.046 * thin],
        [paw, -0.035, 0.05 * thin],
      ]),
      paw: [paw + 0.03, -0.032] as const,
    };
  };
  const thin = Math.sqrt(bulk);
  const far = [
    hindLeg(back + 0.2, -0.6 * stride - 0.2, thin * 0.92),
    frontLeg(front - 0.1, 0.7 * stride + 0.35, thin * 0.92),
  ];
  const near = [hindLeg(back + 0.12, 0.6 * stride, thin), frontLeg(front - 0.17, -0.7 * stride, thin)];
  return {
    farLegs: far.map((l) => l.tube),
    nearLegs: near.map((l) => l.tube),
    farPaws: far.map((l) => [l.paw[0], l.paw[1] - 0.018] as const),
    nearPaws: near.map((l) => l.paw),
    tail: tail(shape, back - 0.02, y - 0.04),
    body,
    neck: neckTube([front - 0.15, y - 0.01], head, 0.235 * bulk * shape.ruff, headSize),
    head,
    footprint: [Math.min(near[0]!.paw[0], far[0]!.paw[0]) - 0.05, Math.max(near[1]!.paw[0], far[1]!.paw[0]) + 0.06],
  };
}

function sit(shape: CanineShape): CanineBody {
  const { bulk, length, neck, headSize } = shape;
  const leg = 0.52 * shape.legs;
  const top = -(leg + 0.3);
  const head: [number, number] = [0.24 + 0.07 * neck, top - 0.17 - 0.3 * neck];
  const front = (x: number) =>
    tube([
      [x - 0.06, top + 0.16, 0.12, 0.12],
      [x - 0.01, -leg * 0.8, 0.08],
      [x, -leg * 0.4, 0.057],
      [x + 0.005, -0.09, 0.048],
      [x + 0.015, -0.035, 0.052],
    ]);
  const thigh = (x: number) =>
    tube([
      [x - 0.1, -0.3, 0.15 * bulk, 0.13 * bulk],
      [x + 0.02, -0.22, 0.18 * bulk, 0.16 * bulk],
      [x + 0.14, -0.14, 0.11 * bulk, 0.12 * bulk],
      [x + 0.14, -0.06, 0.05, 0.07],
    ]);
  const rump = -0.2 - 0.12 * length;
  return {
    farLegs: [front(0.2)],
    nearLegs: [
      thigh(rump + 0.06),
      tube(
        [
          [rump + 0.06, -0.042, 0.045],
          [rump + 0.27, -0.038, 0.044],
        ],
        6,
      ),
      front(0.1),
    ],
    farPaws: [[0.235, -0.05]],
    nearPaws: [
      [rump + 0.32, -0.032],
      [0.14, -0.03],
    ],
    tail: tube([
      [rump - 0.1, -0.12, 0.05 * shape.bush, 0.05 * shape.bush],
      [rump - 0.3, -0.07, 0.07 * shape.bush, 0.055],
      [rump - 0.48, -0.06, 0.06 * shape.bush, 0.05],
      [rump - 0.62, -0.07, 0.02],
    ]),
    body: tube(
      [
        [rump, -0.16, 0.16, 0.14],
        [rump + 0.06, -0.3, 0.17 * bulk, 0.2 * bulk],
        [-0.16, -0.52, 0.17 * bulk, 0.21 * bulk],
        [-0.02, top + 0.12, 0.18 * bulk, 0.23 * bulk],
        [0.08, top - 0.02, 0.15 * bulk, 0.2 * bulk],
      ],
      16,
    ),
    neck: neckTube([0.03, top + 0.03], head, 0.215 * bulk * shape.ruff, headSize),
    head,
    footprint: [rump - 0.16, 0.27],
  };
}

function lie(shape: CanineShape): CanineBody {
  const { bulk, length, neck, headSize } = shape;
  const back = -0.52 * length;
  const front = 0.46 * length;
  const head: [number, number] = [front + 0.1 + 0.1 * neck, -0.38 - 0.3 * neck];
  const foreleg = (x: number, y: number) =>
    tube([
      [front - 0.08, -0.26, 0.13, 0.13],
      [front - 0.1, -0.12, 0.09, 0.1],
      [front + 0.04, -0.055 + y, 0.058, 0.05],
      [x - 0.12, -0.05 + y, 0.048],
      [x, -0.045 + y, 0.048],
    ]);
  return {
    farLegs: [foreleg(front + 0.36, -0.025)],
    nearLegs: [
      tube([
        [back + 0.08, -0.24, 0.16 * bulk, 0.14 * bulk],
        [back + 0.2, -0.17, 0.17 * bulk, 0.14 * bulk],
        [back + 0.32, -0.1, 0.09, 0.09],
        [back + 0.3, -0.055, 0.05, 0.05],
      ]),
      tube(
        [
          [back + 0.12, -0.042, 0.045],
          [back + 0.38, -0.038, 0.045],
        ],
        6,
      ),
      foreleg(front + 0.28, 0),
    ],
    farPaws: [[front + 0.38, -0.062]],
    nearPaws: [
      [back + 0.43, -0.034],
      [front + 0.31, -0.038],
    ],
    tail: tube([
      [back - 0.02, -0.16, 0.055 * shape.bush],
      [back - 0.18, -0.08, 0.075 * shape.bush, 0.06],
      [back - 0.36, -0.06, 0.065 * shape.bush, 0.05],
      [back - 0.52, -0.07, 0.02],
    ]),
    body: tube(
      [
        [back, -0.17, 0.13, 0.14],
        [back + 0.16, -0.22, 0.17 * bulk, 0.19],
        [back + 0.4 * length, -0.23, 0.165 * bulk, 0.21],
        [front - 0.3 * length, -0.25, 0.18 * bulk, 0.23],
        [front - 0.08, -0.28, 0.19 * bulk, 0.25],
        [front + 0.06, -0.27, 0.12 * bulk, 0.19],
      ],
      16,
    ),
    neck: neckTube([front - 0.1, -0.3], head, 0.215 * bulk * shape.ruff, headSize),
    head,
    footprint: [back - 0.12, front + 0.36],
  };
}

function neckTube(
  from: readonly [number, number],
  head: readonly [number, number],
  width: number,
  headSize: number,
): Tube {
  const at = (f: number): [number, number] => [from[0] + (head[0] - from[0]) * f, from[1] + (head[1] - from[1]) * f];
  return tube([
    [...at(-0.1), width * 0.85, width * 1.05],
    [...at(0.35), width * 0.86, width * 1.05],
    [...at(0.7), width * 0.72, width * 0.9],
    [...at(1), headSize * 0.15, headSize * 0.16],
  ]);
}

function tail(shape: CanineShape, x: number, y: number): Tube {
  const b = shape.bush;
  switch (shape.tail) {
    case 'hanging':
      return tube([
        [x + 0.05, y + 0.02, 0.05, 0.06],
        [x - 0.06, y + 0.1, 0.055 * b],
        [x - 0.13, y + 0.28, 0.075 * b],
        [x - 0.15, y + 0.44, 0.07 * b],
        [x - 0.16, y + 0.58, 0.02],
      ]);
    case 'curled':
      return tube([
        [x + 0.06, y + 0.03, 0.05, 0.05],
        [x - 0.05, y - 0.1, 0.06 * b],
        [x - 0.02, y - 0.26, 0.075 * b],
        [x + 0.13, y - 0.3, 0.075 * b],
        [x + 0.22, y - 0.19, 0.06 * b],
        [x + 0.19, y - 0.1, 0.02],
      ]);
    case 'raised':
      return tube([
        [x + 0.05, y + 0.03, 0.05, 0.05],
        [x - 0.1, y - 0.06, 0.05 * b],
        [x - 0.22, y - 0.2, 0.055 * b],
        [x - 0.25, y - 0.36, 0.045 * b],
        [x - 0.23, y - 0.46, 0.015],
      ]);
  }
}
