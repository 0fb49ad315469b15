import { WhylightError } from '../../errors';

const header = 16;

/**
 * Checks the heaps in which an HDF5 file keeps its texts (`GCOL`): HDF5's own library walks through one whose free space says
 * that it has no length for ever.
 * @param what for error messages: `model.h5`
 * @throws WhylightError where that is so.
 */
export function checkHeaps(bytes: Uint8Array, what: string): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = file.indexOf('GCOL'); at >= 0; at = file.indexOf('GCOL', at + 4)) {
    const versioned = at + header <= file.length && file.readUInt32LE(at + 4) === 1;
    if (versioned && !isSound(file, at))
      throw new WhylightError(`${what} is damaged: a heap of texts in it never ends`);
  }
}

/** Objects of a number (0: the free space), a count, a length and as many bytes, each from a multiple of 8 on. */
function isSound(file: Buffer, start: number): boolean {
  const end = Math.min(file.length, start + Number(file.readBigUInt64LE(start + 8)));
  for (let at = start + header; at + header <= end; ) {
    const length = Number(file.readBigUInt64LE(at + 8));
    // The free space's length has its header in it.
    const step = file.readUInt16LE(at) === 0 ? length : header + Math.ceil(length / 8) * 8;
    if (step < header) return false;
    at += step;
  }
  return true;
}
