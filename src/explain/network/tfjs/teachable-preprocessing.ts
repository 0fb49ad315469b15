import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ForeignPreprocessing } from '../foreign/foreign-network';

/** x/127 − 1, of which half is 127/255: what Teachable Machine's own library computes. */
export function teachablePreprocessing(channels: number): ForeignPreprocessing {
  const half = new Array<number>(channels).fill(127 / 255);
  return { channels: channels === 1 ? 'grey' : 'rgb', mean: half, std: half };
}

/** Whether the metadata.json beside a model says that Teachable Machine made it. */
export async function isTeachableMachineBeside(file: string): Promise<boolean> {
  try {
    const text = await readFile(path.join(path.dirname(file), 'metadata.json'), 'utf8');
    const { packageName } = JSON.parse(text) as { packageName?: unknown };
    return packageName === '@teachablemachine/image';
  } catch {
    return false;
  }
}
