import { WhylightError } from '../../errors';
import { ByteReader } from './byte-reader';
import type { Checkpoint } from './checkpoint';
import { quoteName } from './quote-name';
import { torchCheckpoint } from './torch-checkpoint';
import { TorchHost } from './torch-objects';
import { unpickle } from './unpickle';
import { readZip, type ZipEntry } from './zip';

/**
 * PyTorch's zip format (1.6 and later): `NAME/data.pkl` and one file a storage, `NAME/data/KEY`. Of a TorchScript
 * program, which has the same form, the weights are read and the program is not.
 */
export function readTorchZip(bytes: Uint8Array): Checkpoint {
  const entries = readZip(bytes);
  const pickles = [...entries.keys()].filter((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new WhylightError(`it is a zip archive, but not of PyTorch weights (${pickles.length} data.pkl in it)`);
  }
  const folder = pickles[0]!.slice(0, -'data.pkl'.length);
  const isProgram = entries.has(`${folder}constants.pkl`);
  checkByteOrder(entries.get(`${folder}byteorder`));
  const host = new TorchHost();
  const checkpoint = unpickle(new ByteReader(entries.get(pickles[0]!)!.read(), 'its pickle'), host);
  const content = torchCheckpoint({
    format: isProgram ? 'TorchScript' : 'PyTorch (zip)',
    checkpoint,
    strangers: isProgram ? new Set() : host.strangers,
    fileSize: bytes.length,
    bytesOf: ({ key, type, length }) => {
      const title = `storage ${quoteName(key)}${isProgram ? ' of the TorchScript program' : ''}`;
      const entry = entries.get(`${folder}data/${key}`);
      if (entry === undefined) throw new WhylightError(`${title} is missing`);
      if (entry.size !== length * type.size) {
        throw new WhylightError(
          `${title} has ${entry.size} bytes where ${length} of ${type.name} need ${length * type.size}`,
        );
      }
      return entry.read();
    },
  });
  if (!isProgram || content.tensors.length > 0) return content;
  throw new WhylightError(
    'it is a TorchScript program whose weights are no parameters but constants of the program (frozen): export it with ' +
      "torch.onnx.export(torch.jit.load(FILE), torch.zeros(1, 3, 224, 224), 'model.onnx')",
  );
}

function checkByteOrder(entry: ZipEntry | undefined): void {
  if (entry === undefined) return;
  const order = entry.size > 16 ? '' : Buffer.from(entry.read()).toString('latin1').trim();
  if (order !== 'little') {
    throw new WhylightError(`its numbers are ${quoteName(order) || 'of unknown'}-endian (allowed: little)`);
  }
}
