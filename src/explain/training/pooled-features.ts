import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files';
import { loadPhoto } from '../image/load-photo';
import { prepareInput } from '../image/prepare';
import { batchSize } from '../network/batch-size';
import { openForward } from '../network/executors/forward';
import type { Network } from '../network/network';
import { graphWithHead } from '../network/with-head';
import { decodeNpy, encodeNpy } from '../npy';
import { memoryBudget, type RunOptions, yieldToEvents } from '../progress';
import type { LabelledPhotos } from './labelled-photos';
import { type PerceptualHash, perceptualHash } from './near-duplicates';

/** What a frozen backbone says of each photo of a data set. */
export interface PooledFeatures {
  /** Photos × width: global averages of the backbone's last map. */
  readonly plain: Float32Array;
  /** The same of the mirrored photos. */
  readonly mirrored: Float32Array;
  readonly width: number;
  readonly hashes: readonly PerceptualHash[];
}

/** Where finished parts are kept, so that an interrupted run goes on. */
export interface FeatureOptions extends RunOptions {
  /** Folder for finished chunks. Default: none are kept. */
  readonly cache?: string | null;
}

const CHUNK = 64;

/** The backbone up to its pooled features, without a head. */
export function featureNetwork(backbone: Network): Network {
  const graph = graphWithHead(backbone, 1).slice(0, -1);
  const owners = new Set(graph.map((node) => node.name));
  const kept = [...backbone.parameters].filter(([name]) => owners.has(name.slice(0, name.lastIndexOf('.'))));
  return { ...backbone, graph, parameters: new Map(kept) };
}

/**
 * Features of every photo and of its mirror image, computed in chunks; finished chunks are kept in `cache`
 * under the hashes of their photos and of the backbone's weights, so that a second run only reads them.
 *
 * @throws WhylightError naming the photo that cannot be read.
 */
export async function pooledFeatures(
  backbone: Network,
  { photos }: LabelledPhotos,
  { cache = null, onProgress, signal, memoryMB }: FeatureOptions = {},
): Promise<PooledFeatures> {
  const session = openForward(featureNetwork(backbone));
  try {
    const batch = Math.max(1, Math.min(CHUNK, batchSize(backbone, memoryBudget({ memoryMB }))));
    const chunks: { values: Float32Array; hashes: PerceptualHash[] }[] = [];
    for (let from = 0; from < photos.length; from += CHUNK) {
      await yieldToEvents(signal);
      const files = await Promise.all(photos.slice(from, from + CHUNK).map((photo) => photo.read()));
      const key = chunkKey(backbone, files);
      const known = cache === null ? null : await readChunk(path.join(cache, key));
      const chunk =
        known ?? (await computeChunk(backbone, session.run, photos.slice(from, from + CHUNK), files, batch));
      if (known === null && cache !== null) await writeChunk(cache, key, chunk);
      chunks.push(chunk);
      onProgress?.({ label: 'features', done: Math.min(photos.length, from + CHUNK), total: photos.length });
    }
    return assemble(chunks);
  } finally {
    session.close();
  }
}

interface Chunk {
  /** Photos × 2 × width: plain and mirrored. */
  readonly values: Float32Array;
  readonly hashes: PerceptualHash[];
}

async function computeChunk(
  backbone: Network,
  run: (values: Float32Array, batch: number) => Float32Array,
  photos: LabelledPhotos['photos'],
  files: readonly Uint8Array[],
  batch: number,
): Promise<Chunk> {
  const [height, width] = backbone.inputShape;
  const size = height * width * 3;
  const hashes: PerceptualHash[] = [];
  const inputs = new Float32Array(files.length * 2 * size);
  for (const [i, file] of files.entries()) {
    const photo = await loadPhoto(file, { source: photos[i]!.name });
    hashes.push(perceptualHash(photo));
    const { values } = prepareInput(photo, backbone.preprocessing);
    inputs.set(values, 2 * i * size);
    mirrorRows(values, inputs.subarray((2 * i + 1) * size, (2 * i + 2) * size), width);
  }
  const results: Float32Array[] = [];
  for (let at = 0; at < files.length * 2; at += batch) {
    const count = Math.min(batch, files.length * 2 - at);
    results.push(run(inputs.subarray(at * size, (at + count) * size), count));
    await yieldToEvents();
  }
  return { values: concatenate(results), hashes };
}

/** Writes an H×W×3 image flipped left to right into `into`. */
export function mirrorRows(values: Float32Array, into: Float32Array, width: number): void {
  for (let i = 0; i < values.length; i += 3) {
    const column = (i / 3) % width;
    const to = i + (width - 1 - 2 * column) * 3;
    into[to] = values[i]!;
    into[to + 1] = values[i + 1]!;
    into[to + 2] = values[i + 2]!;
  }
}

function chunkKey(backbone: Network, files: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(
    JSON.stringify(['pooled-features-1', backbone.weightsSha256, backbone.architecture, backbone.preprocessing]),
  );
  for (const file of files) hash.update(createHash('sha256').update(file).digest());
  return hash.digest('hex').slice(0, 32);
}

async function readChunk(file: string): Promise<Chunk | null> {
  try {
    const hashes = JSON.parse(await readFile(`${file}.json`, 'utf8')) as PerceptualHash[];
    const { values, shape } = decodeNpy(await readFile(`${file}.npy`));
    return shape[0] === hashes.length && shape[1] === 2 ? { values, hashes } : null;
  } catch {
    return null;
  }
}

async function writeChunk(folder: string, key: string, { values, hashes }: Chunk): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(
    path.join(folder, `${key}.npy`),
    encodeNpy(values, [hashes.length, 2, values.length / hashes.length / 2]),
  );
  await writeWhole(path.join(folder, `${key}.json`), Buffer.from(JSON.stringify(hashes)));
}

function assemble(chunks: readonly Chunk[]): PooledFeatures {
  const hashes = chunks.flatMap((chunk) => chunk.hashes);
  const all = concatenate(chunks.map((chunk) => chunk.values));
  const width = all.length / hashes.length / 2;
  const pick = (offset: number) => {
    const picked = new Float32Array(hashes.length * width);
    hashes.forEach((_, i) => {
      picked.set(all.subarray((2 * i + offset) * width, (2 * i + offset + 1) * width), i * width);
    });
    return picked;
  };
  return { plain: pick(0), mirrored: pick(1), width, hashes };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
