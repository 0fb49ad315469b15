import { WhylightError } from '../../errors';
import type { Parameter } from '../network';
import type { Checkpoint } from './checkpoint';
import { quoteName } from './quote-name';
import { readSafetensors } from './safetensors';
import { readTorchLegacy } from './torch-legacy';
import { readTorchZip } from './torch-zip';
import { usualGroup } from './weight-groups';

const gitLfs = 'version https://git-lfs';

function readerFor(bytes: Uint8Array): (bytes: Uint8Array) => Checkpoint {
  const start = Buffer.from(bytes.subarray(0, 24)).toString('latin1');
  if (bytes.length === 0) throw new WhylightError('the file is empty');
  if (start.startsWith('PK\x03\x04')) return readTorchZip;
  // First, for the low byte of its header's length may be a pickle's first byte.
  if (start.slice(4, 9) === '\0\0\0\0{') return readSafetensors;
  if (start[0] === '\x80' && start.charCodeAt(1) <= 5) return readTorchLegacy;
  if (start[8] === '{') return readSafetensors;
  if (start.startsWith(gitLfs)) throw new WhylightError('it is a Git LFS pointer, not the weights themselves');
  const page = /^\s*<(!doctype|html|\?xml)/i.test(start) ? 'it is a web page' : 'it is of another kind';
  throw new WhylightError(`${page} (allowed: PyTorch .pth in the zip or the legacy format, safetensors)`);
}

/**
 * What a weights file holds by name: PyTorch in its zip and its legacy format, or safetensors, told apart by content.
 * @param fileName for error messages
 * @throws WhylightError for any other or damaged file, and for one without named tensors of floating-point numbers.
 */
export function readCheckpoint(bytes: Uint8Array, fileName: string): Checkpoint {
  return reading(fileName, () => {
    const checkpoint = readerFor(bytes)(bytes);
    if (checkpoint.tensors.length > 0) return checkpoint;
    throw new WhylightError(checkpoint.instead);
  });
}

/**
 * The named weights of a file, whatever network they are for: of the one dictionary in it, or of the one under a usual
 * name (`state_dict`, `model`), without what training adds to every name (`module.`).
 * float16, bfloat16 and float64 become float32; tensors of integers (`num_batches_tracked`) are left out.
 * Values may be views of `bytes`, which must not change afterwards.
 * @param fileName for error messages
 * @throws WhylightError for any other or damaged file, and where several dictionaries might be meant: nothing in a file
 *   is executed.
 */
export function readWeights(bytes: Uint8Array, fileName: string): Map<string, Parameter> {
  const checkpoint = readCheckpoint(bytes, fileName);
  return reading(fileName, () => checkpoint.read(usualGroup(checkpoint)));
}

function reading<T>(fileName: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`cannot read the weights ${quoteName(fileName)}: ${error.message}`, { cause: error });
  }
}
