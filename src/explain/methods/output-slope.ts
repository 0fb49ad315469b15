import type { OutputWeights } from '../network/executors/gradient';
import { type ResolvedTarget, targetSlope } from '../target';

/** How a target weighs the outputs of many inputs: the slope of a function of one's own differs from input to input. */
export function slopeOfMany(target: ResolvedTarget): OutputWeights {
  if (target.score === null) return target.weights;
  const outputs = target.weights.length;
  return (raw) => {
    const slopes = new Float32Array(raw.length);
    for (let at = 0; at < raw.length; at += outputs) {
      slopes.set(targetSlope(target, raw.subarray(at, at + outputs)), at);
    }
    return slopes;
  };
}
