import type { InputMask } from './input-mask';
import { neighbours } from './peaks';

/** The largest connected piece of a mask, of eight neighbours a pixel; of equal ones the one that begins first, row by row. */
export function largestPiece({ mask, width, height }: InputMask): Uint8Array {
  const rest = Uint8Array.from(mask);
  let largest: readonly number[] = [];
  for (let start = 0; start < rest.length; start++) {
    if (rest[start] === 0) continue;
    const piece = takePiece({ mask: rest, width, height }, start);
    if (piece.length > largest.length) largest = piece;
  }
  const result = new Uint8Array(mask.length);
  for (const i of largest) result[i] = 255;
  return result;
}

/** The pixels connected with one, which are taken out of the mask. */
function takePiece({ mask, width, height }: InputMask, start: number): readonly number[] {
  const piece = [start];
  mask[start] = 0;
  for (let next = 0; next < piece.length; next++) {
    for (const neighbour of neighbours(piece[next]!, width, height)) {
      if (mask[neighbour] === 0) continue;
      mask[neighbour] = 0;
      piece.push(neighbour);
    }
  }
  return piece;
}
