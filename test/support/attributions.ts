import type { Attribution, OcclusionGrid, TargetScore } from '../../src/explain/attribution';
import { drawnPhoto } from './pictures';

/** Titles and units of the methods that made-up maps claim. */
const words: Readonly<Record<string, readonly [title: string, unit: string]>> = {
  saliency: ['Saliency map', '|∂logit/∂input|'],
  smoothgrad: ['SmoothGrad', '|∂logit/∂input|, smoothed'],
  'integrated-gradients': ['Integrated gradients', 'share of the logit'],
  deconvolution: ['Deconvolution', '|backward signal|'],
  occlusion: ['Occlusion sensitivity', 'drop of the logit'],
  cam: ['Class activation map', 'share in the logit'],
  'grad-cam': ['Grad-CAM', 'evidence'],
  'hires-cam': ['HiResCAM', 'evidence, logit'],
  rise: ['RISE', 'probability where visible'],
};
/** One class as a target. */
export function classTarget(label: string, index = 0, more: Partial<TargetScore> = {}): TargetScore {
  return { kind: 'class', classes: [{ index, label }], label, index, logit: 1, probability: 0.5, ...more };
}

/** A class less another as a target. */
export function differenceTarget(plus: string, minus: string, logit = 2): TargetScore {
  const classes = [plus, minus].map((label, index) => ({ label, index }));
  return { kind: 'difference', classes, label: `${plus} − ${minus}`, index: null, logit, probability: null };
}

/** A map put together by hand. */
export function mapOf(
  values: ArrayLike<number>,
  height: number,
  width: number,
  more: Partial<Attribution> = {},
): Attribution {
  const input = drawnPhoto(height, width, 1);
  const [title, unit] = words[more.method ?? 'cam'] ?? [more.method!, 'value'];
  return {
    method: 'cam',
    title,
    unit,
    values: Float32Array.from(values),
    height,
    width,
    signed: true,
    coarse: null,
    grid: null,
    input,
    crop: { x: 0, y: 0, width, height },
    photo: { source: 'wolf.jpg', sha256: input.sha256, width, height },
    network: { name: 'net', title: 'Net', weightsSha256: '' },
    target: classTarget('timber wolf, grey wolf', 1, { logit: 3.25, probability: 0.875 }),
    layer: null,
    options: {},
    seed: null,
    elapsedMs: 1,
    notes: [],
    ...more,
  };
}

/** A grid of occluder positions: 10×16 px at stride 5×8 on a picture of 40×64. */
export function gridOf(probabilities: ArrayLike<number> | null, logits: ArrayLike<number>): OcclusionGrid {
  const steps = (count: number, stride: number) => Array.from({ length: count }, (_, i) => i * stride);
  return {
    rows: 7,
    columns: 7,
    tops: steps(7, 5),
    lefts: steps(7, 8),
    size: [10, 16],
    probabilities: probabilities === null ? null : Float32Array.from(probabilities),
    logits: Float32Array.from(logits),
    best: null,
  };
}

/** Values of zero but for some places. */
export function spots(
  height: number,
  width: number,
  places: readonly (readonly [y: number, x: number, value: number])[],
): Float32Array {
  const values = new Float32Array(height * width);
  for (const [y, x, value] of places) values[y * width + x] = value;
  return values;
}

/** A label that would do harm where it is not escaped. */
export const hostile = '<img src=x onerror=alert(1)> & %{z} "wolf"';
