import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import type { ImageSample } from '../explain/image/sample';
import { encodeNpy } from '../explain/npy';
import type { OverlayLayout } from '../plots/overlay-layouts';
import { overlayPng } from '../plots/overlay-png';
import type { Format } from './explain-formats';
import type { PhotoFigure, PhotoResults } from './explain-results';
import { sealed } from './explain-there';
import { pngOf } from './figure-file';

/** Where the results of one photo go. */
export interface OutputOptions {
  readonly folder: string;
  /** How their names begin, with subfolders of the folder: `alps/wolf`. */
  readonly base: string;
  readonly formats: readonly Format[];
  /** Of the overlays. Default full. */
  readonly overlay?: OverlayLayout | undefined;
  /** Absolute paths that are never written to: the run's photos. */
  readonly inputs: ReadonlySet<string>;
}

/** The files of one photo, each written whole as soon as its content is there. */
export interface Output {
  /** The numbers of a map. */
  readonly map: (name: string, map: Attribution) => Promise<void>;
  /** Its picture, which takes longer. */
  readonly picture: (name: string, map: Attribution, photo: ImageSample) => Promise<void>;
  readonly figure: (figure: PhotoFigure) => Promise<void>;
  /** Last, as it says which files there are. */
  readonly results: (results: PhotoResults) => Promise<void>;
  /** sha256 of each file by its name, without folders. */
  readonly files: () => Readonly<Record<string, string>>;
}

/**
 * Opens a photo's output; folders are made with the first file.
 * Its functions throw WhylightError where a file cannot be written or would replace a photo.
 */
export function openOutput({ folder, base, formats, overlay, inputs }: OutputOptions): Output {
  const files = new Map<string, string>();
  const place = path.join(folder, base);
  let isThere: Promise<unknown> | null = null;

  async function write(ending: string, content: () => string | Uint8Array | Promise<Uint8Array>): Promise<void> {
    const file = `${place}.${ending}`;
    if (inputs.has(path.resolve(file))) {
      throw new WhylightError(`this would replace the photo ${file} (choose another folder with --out)`);
    }
    const bytes = await content();
    isThere ??= ensureWritableFolder(path.dirname(file));
    await isThere;
    await writeWhole(file, bytes);
    files.set(path.basename(file), createHash('sha256').update(bytes).digest('hex'));
  }
  const has = (format: Format) => formats.includes(format);
  return {
    map: async (name, map) => {
      if (has('npy')) await write(`${name}.npy`, () => encodeNpy(map.values, [map.height, map.width]));
    },
    picture: async (name, map, photo) => {
      if (has('png')) await write(`${name}.png`, () => overlayPng(map, { photo, layout: overlay }));
    },
    figure: async ({ place: name, figure, raw }) => {
      if (has('npy') && raw !== null) await write(`${name}.npy`, () => encodeNpy(raw.values, raw.shape));
      if (has('png')) await write(`${name}.png`, () => pngOf(figure));
    },
    results: (results) => write('json', () => sealed(results)),
    files: () => Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
