import { createHash } from 'node:crypto';
import { loadPhoto } from '../image/load-photo';
import { prepareInput } from '../image/prepare';
import { batchSize } from '../network/batch-size';
import { openForward } from '../network/executors/forward';
import type { Network } from '../network/network';
import { graphWithHead } from '../network/with-head';
import { memoryBudget, type RunOptions, yieldToEvents } from '../progress';
import { networkFunction } from '../store/network-identity';
import { storedResult } from '../store/store';
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
  /** The store's folder, for finished chunks. Default: none are kept. */
  readonly cache?: string | null;
  /** Told of what was stored before, is damaged, and is computed anew: `features of photos 1 to 64 (resnet18)`. */
  readonly onDamaged?: (what: string) => void;
}

const CHUNK = 64;

/** The backbone up to its pooled features, without a head. */
function featureNetwork(backbone: Network): Network {
  const graph = graphWithHead(backbone, 1).slice(0, -1);
  const owners = new Set(graph.map((node) => node.name));
  const entries = [...backbone.parameters].filter(([name]) => owners.has(name.slice(0, name.lastIndexOf('.'))));
  return { ...backbone, graph, parameters: new Map(entries) };
}

/**
 * Features of every photo and of its mirror image, computed in chunks; finished chunks are kept in `cache`,
 * so that a second run only reads them.
 *
 * @throws WhylightError naming the photo that cannot be read.
 */
export async function pooledFeatures(
  backbone: Network,
  { photos }: LabelledPhotos,
  { cache: folder = null, onDamaged, onProgress, signal, memoryMB }: FeatureOptions = {},
): Promise<PooledFeatures> {
  const network = featureNetwork(backbone);
  const session = openForward(network);
  try {
    const batch = Math.max(1, Math.min(CHUNK, batchSize(backbone, memoryBudget({ memoryMB }))));
    const chunks: Chunk[] = [];
    for (let from = 0; from < photos.length; from += CHUNK) {
      await yieldToEvents(signal);
      const part = photos.slice(from, from + CHUNK);
      const done = from + part.length;
      const files = await Promise.all(part.map((photo) => photo.read()));
      const hashes = files.map((file) => createHash('sha256').update(file).digest('hex'));
      const chunk = await storedResult(
        { folder, onResult: ({ how, what }) => how === 'recomputed' && onDamaged?.(what) },
        `features of photos ${from + 1} to ${done} (${backbone.name})`,
        { kind: 'features', parts: { network: networkFunction(network), batch, photos: hashes } },
        () => computeChunk(backbone, session.run, part, files, batch),
      );
      chunks.push(chunk);
      onProgress?.({ label: 'features', done, total: photos.length });
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
  const [height, width, channels] = backbone.inputShape;
  const size = height * width * channels;
  const hashes: PerceptualHash[] = [];
  const inputs = new Float32Array(files.length * 2 * size);
  for (const [i, file] of files.entries()) {
    const photo = await loadPhoto(file, { source: photos[i]!.name });
    hashes.push(perceptualHash(photo));
    const { values } = prepareInput(photo, backbone.preprocessing);
    inputs.set(values, 2 * i * size);
    mirrorRows(values, inputs.subarray((2 * i + 1) * size, (2 * i + 2) * size), width, channels);
  }
  const results: Float32Array[] = [];
  for (let at = 0; at < files.length * 2; at += batch) {
    const count = Math.min(batch, files.length * 2 - at);
    results.push(run(inputs.subarray(at * size, (at + count) * size), count));
    await yieldToEvents();
  }
  return { values: concatenate(results), hashes };
}

/** Writes an H×W×channels image flipped left to right into `into`. */
function mirrorRows(values: Float32Array, into: Float32Array, width: number, channels: number): void {
  for (let i = 0; i < values.length; i += channels) {
    const column = (i / channels) % width;
    into.set(values.subarray(i, i + channels), i + (width - 1 - 2 * column) * channels);
  }
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
