const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

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
