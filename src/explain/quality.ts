import { readFileSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { halfGain } from './network/kernels/half-trial';
import type { Precision } from './network/operations/operation';
import { cacheFolder } from './network/weights/find';
import { type Quality, qualities } from './quality-names';
import { storedResult } from './store/store';

/** The option of methods that run many copies. @param draft what a draft leaves out here. */
export const qualityOption = (draft: string) =>
  z
    .enum(qualities)
    .default('exact')
    .meta({
      description:
        'exact: every number in float32; good: convolutions multiply in bfloat16 where this processor gains by it, and the ' +
        `result says by how much the map may be off; draft: ${draft}`,
    });

/** What a quality comes to on this machine. */
export interface Rounding {
  readonly precision: Precision;
  /** Why float32 was taken although less was asked for. */
  readonly notes: readonly string[];
}

/** From so many times as fast on: less is lost again around the convolutions. */
const WORTH = 1.2;

let trial: Promise<number> | undefined;

/** What convolutions multiply in, at a quality, on this machine; a trial finds out once, and is kept. */
export async function roundingOf(quality: Quality): Promise<Rounding> {
  if (quality === 'exact') return { precision: 'float32', notes: [] };
  trial ??= gain();
  const times = await trial;
  if (times >= WORTH) return { precision: 'bfloat16', notes: [] };
  const why =
    times === 0
      ? 'has no instructions for bfloat16, or the engine does not use them'
      : `convolves ${times.toFixed(1)} times as fast in bfloat16, which would gain nothing`;
  return { precision: 'float32', notes: [`multiplied in float32: this processor ${why}`] };
}

async function gain(): Promise<number> {
  const processor = processorOf(os.cpus(), flags());
  if (!processor.mayGain) return 0;
  const parts = [processor.model, processor.threads];
  try {
    const place = { folder: cacheFolder() };
    return await storedResult(place, 'trial of bfloat16', { kind: 'trials', parts }, async () => halfGain());
  } catch {
    // Nowhere to keep it: then each process finds out.
    return halfGain();
  }
}

/** The processor's instructions, where the system says them. */
function flags(): string | null {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** @param flags null: unknown, and only a trial can tell. */
export function processorOf(cpus: readonly { readonly model: string }[], flags: string | null) {
  return {
    model: cpus[0]?.model ?? 'unknown',
    threads: cpus.length,
    // Without them the engine multiplies bfloat16 number by number, which a trial would wait for.
    mayGain: flags === null || /\b(?:avx512_bf16|amx_bf16|bf16)\b/.test(flags),
  };
}
