import { WhylightError } from '../../errors';
import type { Parameter } from '../network';
import { ByteReader } from './byte-reader';
import { quoteName } from './quote-name';
import { stateDict } from './state-dict';
import { tensorValues } from './tensor-values';
import { TorchHost } from './torch-objects';
import { unpickle } from './unpickle';
import { readZip, type ZipEntry } from './zip';

/** PyTorch's zip format (1.6 and later): `NAME/data.pkl` and one file a storage, `NAME/data/KEY`. */
export function readTorchZip(bytes: Uint8Array): Map<string, Parameter> {
  const entries = readZip(bytes);
  const pickles = [...entries.keys()].filter((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new WhylightError(`it is a zip archive, but not of PyTorch weights (${pickles.length} data.pkl in it)`);
  }
  const folder = pickles[0]!.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new WhylightError('it is a TorchScript program, not weights: save its state_dict() with torch.save');
  }
  checkByteOrder(entries.get(`${folder}byteorder`));
  const host = new TorchHost();
  const checkpoint = unpickle(new ByteReader(entries.get(pickles[0]!)!.read(), 'its pickle'), host);
  return tensorValues(
    stateDict(checkpoint),
    ({ key, type, length }) => {
      const title = `storage ${quoteName(key)}`;
      const entry = entries.get(`${folder}data/${key}`);
      if (entry === undefined) throw new WhylightError(`${title} is missing`);
      if (entry.size !== length * type.size) {
        throw new WhylightError(
          `${title} has ${entry.size} bytes where ${length} of ${type.name} need ${length * type.size}`,
        );
      }
      return entry.read();
    },
    bytes.length,
  );
}

function checkByteOrder(entry: ZipEntry | undefined): void {
  if (entry === undefined) return;
  const order = entry.size > 16 ? '' : Buffer.from(entry.read()).toString('latin1').trim();
  if (order !== 'little') {
    throw new WhylightError(`its numbers are ${quoteName(order) || 'of unknown'}-endian (allowed: little)`);
  }
}
