import type { Checkpoint, StoredTensor } from './checkpoint';
import { namedTensors } from './named-tensors';
import { quoteName } from './quote-name';
import { tensorValues } from './tensor-values';
import type { Storage, Tensor } from './torch-objects';
import type { Pickled } from './unpickle';

interface TorchFile {
  readonly format: string;
  readonly checkpoint: Pickled;
  /** Names in the pickle that mean nothing here, the first few. */
  readonly strangers: ReadonlySet<string>;
  readonly bytesOf: (storage: Storage) => Uint8Array;
  /** In bytes. */
  readonly fileSize: number;
}

const notRun = (names: Iterable<string>) =>
  `this file wants to run ${[...names].map((name) => quoteName(name)).join(', ')}; nothing in a file is run, and only ` +
  'tensors and plain containers are read (in PyTorch, save the weights alone: torch.save(model.state_dict(), FILE))';

/** What a file that PyTorch wrote holds by name. */
export function torchCheckpoint({ format, checkpoint, strangers, bytesOf, fileSize }: TorchFile): Checkpoint {
  const { tensors: entries, unreadable, bystanders, labels, architecture, objects, instead } = namedTensors(checkpoint);
  const behind = new Map<StoredTensor, Tensor>();
  for (const { key, name, tensor } of entries) {
    const { storage, offset, shape, strides } = tensor;
    behind.set({ key, name, shape, place: [storage.key, offset, shape, strides].join(';') }, tensor);
  }
  const kinds = objects.map((name) => quoteName(name)).join(', ');
  return {
    format,
    tensors: [...behind.keys()],
    unreadable,
    bystanders,
    labels,
    architecture,
    notes:
      format === 'TorchScript'
        ? ['it is a TorchScript program: its weights are taken, and the program itself is not read']
        : objects.length > 0
          ? [
              `it holds whole objects (${kinds}): their weights are taken by name, and their code is neither run nor read`,
            ]
          : [],
    instead: strangers.size > 0 ? `${instead}; ${notRun(strangers)}` : instead,
    read: (tensors) =>
      tensorValues(new Map([...tensors].map(([as, one]) => [as, behind.get(one)!])), bytesOf, fileSize),
  };
}
