/** A local maximum of a map. */
export interface Peak {
  /** Px from the left and the top: the middle of the plateau where neighbouring pixels share the value. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** A map's local maxima of at least `least` times its largest value, the highest first; none where nothing is positive. */
export function localPeaks(
  { values, width, height }: { readonly values: Float32Array; readonly width: number; readonly height: number },
  least = 0.2,
): Peak[] {
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  if (highest <= 0) return [];
  const visited = new Uint8Array(values.length);
  const peaks: Peak[] = [];
  for (let start = 0; start < values.length; start++) {
    const value = values[start]!;
    if (visited[start] === 1 || value < least * highest || value <= 0) continue;
    const plateau = [start];
    visited[start] = 1;
    let top = true;
    for (let next = 0; next < plateau.length; next++) {
      for (const neighbour of neighbours(plateau[next]!, width, height)) {
        if (values[neighbour]! > value) top = false;
        if (values[neighbour] === value && visited[neighbour] === 0) {
          visited[neighbour] = 1;
          plateau.push(neighbour);
        }
      }
    }
    if (!top) continue;
    const middle = (of: (i: number) => number) => plateau.reduce((sum, i) => sum + of(i), 0) / plateau.length;
    peaks.push({ x: middle((i) => i % width), y: middle((i) => Math.floor(i / width)), value });
  }
  return peaks.sort((a, b) => b.value - a.value || a.y - b.y || a.x - b.x);
}

/** The up to eight pixels around one, by index. */
export function* neighbours(i: number, width: number, height: number): Generator<number> {
  const [x, y] = [i % width, Math.floor(i / width)];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (u !== x || v !== y) yield v * width + u;
    }
  }
}
