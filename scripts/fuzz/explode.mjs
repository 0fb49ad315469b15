// Hands bombs to their readers: `node scripts/fuzz/explode.mjs NUMBER …`, each after a valid file of its kind, so that what
// loading the libraries takes is not counted. Prints a line of JSON for each: seconds of the processor, whatever else the
// machine does, how many megabytes more than ever before, and what was answered.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bombs } from './bombs.mjs';
import { kinds } from './kinds.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'bomb-'));
const megabytes = () => process.resourceUsage().maxRSS / 1024;

async function answer({ beside = (_) => undefined, read }, place, file, bytes) {
  mkdirSync(place);
  await beside(place);
  writeFileSync(path.join(place, file), bytes);
  try {
    await read(path.join(place, file), true);
    return { error: null, message: '' };
  } catch (error) {
    return { error: String(error?.name), message: String(error?.message ?? error) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

try {
  for (const number of process.argv.slice(2).map(Number)) {
    const [kind, name, what, make] = bombs[number];
    const [seed] = await kinds[kind].seeds();
    await answer(kinds[kind], path.join(folder, 'seed'), seed.name, seed.bytes);
    const bytes = make();
    const before = megabytes();
    const started = process.cpuUsage();
    const { error, message } = await answer(kinds[kind], path.join(folder, 'bomb'), name, bytes);
    const { user, system } = process.cpuUsage(started);
    const cost = { seconds: (user + system) / 1e6, megabytes: Math.round(megabytes() - before) };
    console.log(JSON.stringify({ kind, what, ...cost, error, message }));
  }
} finally {
  rmSync(folder, { recursive: true });
}
