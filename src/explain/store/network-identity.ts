import { createHash } from 'node:crypto';
import type { Network } from '../network/network';

/** What of a network decides its numbers. */
export function networkFunction({ graph, inputShape, preprocessing, output, camNode, parameters }: Network) {
  return { graph, inputShape, preprocessing, output, camNode, parameters: parametersHash(parameters) };
}

/** What of a network decides its results or stands in them. */
export function networkIdentity(network: Network) {
  const { name, title, architecture, classes, weightsSha256 } = network;
  return { ...networkFunction(network), name, title, architecture, classes, weightsSha256 };
}

const hashes = new WeakMap<Network['parameters'], string>();

/** Of the values themselves: a network of one's own may have others than the file that its hash is of. */
function parametersHash(parameters: Network['parameters']): string {
  const before = hashes.get(parameters);
  if (before !== undefined) return before;
  const hash = createHash('sha256');
  for (const [name, { shape, values }] of parameters) {
    hash.update(JSON.stringify([name, shape, values.length]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const digest = hash.digest('hex');
  hashes.set(parameters, digest);
  return digest;
}
