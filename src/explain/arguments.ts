import { inspect } from 'node:util';
import { WhylightError } from './errors';
import type { ImageSample } from './image/sample';
import type { Network } from './network/network';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What was handed over instead, and what was meant most likely. */
function instead(value: unknown, loader: string): string {
  if (typeof value === 'string') return `the text ${inspect(value)} (await ${loader}(${inspect(value)}) reads it)`;
  if (isObject(value) && typeof value.then === 'function') return 'a promise (await it)';
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 });
}

/**
 * What stands where a photo has to be; types do not see everything that a notebook's cell hands over.
 * @throws WhylightError where it is no decoded photo.
 */
export function requirePhoto(photo: ImageSample): void {
  const { pixels, width, height } = isObject(photo) ? (photo as Partial<ImageSample>) : {};
  if (pixels instanceof Uint8Array && pixels.length === 3 * Number(width) * Number(height) && pixels.length > 0) return;
  if (pixels instanceof Uint8Array) {
    throw new WhylightError(
      `not a photo: ${pixels.length} bytes of ${width} × ${height} px (allowed: width · height · 3, above 0)`,
    );
  }
  throw new WhylightError(`not a photo: ${instead(photo, 'loadPhoto')}`);
}

/** The same for a network. @throws WhylightError where it is none. */
export function requireNetwork(network: Network): void {
  if (isObject(network) && isObject(network.graph) && isObject(network.preprocessing)) return;
  throw new WhylightError(`not a network: ${instead(network, 'loadNetwork')}`);
}
