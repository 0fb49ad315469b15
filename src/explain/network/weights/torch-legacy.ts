import { WhylightError } from '../../errors';
import { ByteReader } from './byte-reader';
import type { Checkpoint } from './checkpoint';
import { quoteName } from './quote-name';
import { torchCheckpoint } from './torch-checkpoint';
import { TorchHost } from './torch-objects';
import { type Pickled, unpickle } from './unpickle';

const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;

/**
 * PyTorch's format before 1.6: five pickles one after another (magic number, version, system, checkpoint, keys of
 * the storages), then each storage as its length (int64) and its numbers.
 */
export function readTorchLegacy(bytes: Uint8Array): Checkpoint {
  const reader = new ByteReader(bytes, 'the file');
  if (unpickle(reader, new TorchHost()) !== magic) {
    throw new WhylightError('it is a pickle, but not one that torch.save wrote');
  }
  const value = unpickle(reader, new TorchHost());
  if (value !== version) {
    throw new WhylightError(
      `it has PyTorch's legacy format ${typeof value === 'number' ? value : '?'} (allowed: ${version})`,
    );
  }
  checkSystem(unpickle(reader, new TorchHost()));
  const host = new TorchHost();
  const checkpoint = unpickle(reader, host);
  const keys = unpickle(reader, new TorchHost());
  const storages = readStorages(reader, keys, host);
  return torchCheckpoint({
    format: 'PyTorch (legacy)',
    checkpoint,
    strangers: host.strangers,
    fileSize: bytes.length,
    bytesOf: ({ key }) => {
      const bytes = storages.get(key);
      if (bytes === undefined) throw new WhylightError(`storage ${quoteName(key)} is missing`);
      return bytes;
    },
  });
}

function checkSystem(system: Pickled): void {
  if (!(system instanceof Map)) throw new WhylightError('it does not say on which system it was written');
  if (system.get('little_endian') !== true) throw new WhylightError('its numbers are big-endian (allowed: little)');
}

function readStorages(reader: ByteReader, keys: Pickled, host: TorchHost): Map<string, Uint8Array> {
  if (!Array.isArray(keys)) throw new WhylightError('it does not list its storages');
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? host.storages.get(key) : undefined;
    if (typeof key !== 'string' || storage === undefined || storages.has(key)) {
      throw new WhylightError('its list of storages does not fit its tensors');
    }
    const title = `storage ${quoteName(key)}`;
    const length = reader.u64();
    if (length !== storage.length) throw new WhylightError(`${title} has ${length} values, not ${storage.length}`);
    storages.set(key, reader.take(length * storage.type.size));
  }
  return storages;
}
