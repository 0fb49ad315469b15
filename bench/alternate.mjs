const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Runs every side once in turn, `repeats` times over, after one round that is not counted, so that whatever slows the
 * machine for a while slows all sides. A side is `async () => seconds`.
 *
 * @returns for each side the seconds of each round, in the order of `sides`.
 */
export async function alternate(sides, { repeats, warmUp = 1 }) {
  const seconds = sides.map(() => []);
  for (let round = -warmUp; round < repeats; round++) {
    for (const [i, side] of sides.entries()) {
      const took = await side();
      if (round >= 0) seconds[i].push(took);
      // The other side's threads go on spinning for some milliseconds before they sleep.
      await pause(20);
    }
  }
  return seconds;
}

/** Tries every candidate and returns the one with the least time. A candidate that fails is passed over. */
export async function best(candidates, measure) {
  const tried = [];
  for (const candidate of candidates) {
    try {
      tried.push({ candidate, seconds: await measure(candidate) });
    } catch (error) {
      tried.push({ candidate, seconds: Number.POSITIVE_INFINITY, error: error.message });
    }
  }
  const winner = tried.reduce((least, each) => (each.seconds < least.seconds ? each : least));
  if (winner.seconds === Number.POSITIVE_INFINITY) throw new Error(winner.error);
  return winner.candidate;
}

/** Largest difference of two arrays, as a share of the second's range. */
export function shareOfRange(got, wanted) {
  if (got.length !== wanted.length) throw new Error(`${got.length} values to compare with ${wanted.length}`);
  let [low, high, difference] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < got.length; i++) {
    low = Math.min(low, wanted[i]);
    high = Math.max(high, wanted[i]);
    const away = Math.abs(got[i] - wanted[i]);
    if (!(away <= difference)) difference = away;
  }
  return high > low ? difference / (high - low) : difference;
}
