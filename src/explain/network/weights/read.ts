import { WhylightError } from '../../errors';
import type { Parameter } from '../network';
import { readSafetensors } from './safetensors';
import { readTorchLegacy } from './torch-legacy';
import { readTorchZip } from './torch-zip';

const gitLfs = 'version https://git-lfs';

function readerFor(bytes: Uint8Array): (bytes: Uint8Array) => Map<string, Parameter> {
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
 * The named weights of a file: PyTorch `.pth` in its zip and its legacy format, or safetensors, told apart by content.
 * float16, bfloat16 and float64 become float32; tensors of integers (`num_batches_tracked`) are left out.
 * Values may be views of `bytes`, which must not change afterwards.
 * @param fileName for error messages
 * @throws WhylightError for any other or damaged file, and for one that wants to run code: nothing in it is executed.
 */
export function readWeights(bytes: Uint8Array, fileName: string): Map<string, Parameter> {
  try {
    const parameters = readerFor(bytes)(bytes);
    if (parameters.size === 0) throw new WhylightError('it holds no tensors of floating-point numbers');
    return parameters;
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`cannot read the weights ${fileName}: ${error.message}`, { cause: error });
  }
}
