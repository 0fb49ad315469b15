#!/usr/bin/env node
// Does memory stay flat, and throughput constant? `node bench/flat.mjs [photos] [kernel] --photos 1000 --notebooks 20`
// `photos`: a folder of drawn photos through one run of `whylight explain`; memory of all its processes for each hundred.
// `kernel`: the cells of lesson 1 again and again in one notebook kernel; memory after each time.
// Exit code 1 where the last hundred (or notebook) lies more than 5 % above the second.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inProject } from '../scripts/setup/tools.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { photos: { type: 'string', default: '1000' }, notebooks: { type: 'string', default: '20' } },
});
const MOST = 1.05;
const main = inProject('dist/cli/main.js');

/**
 * Memory in MB that a process and all that it started have for themselves. Libraries are left out: they do not grow, and how much
 * of them counts as whose changes with whatever else runs them.
 */
function memoryOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const own =
      Number(/^Anonymous:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000;
    return children.reduce((sum, child) => sum + memoryOf(child), own);
  } catch {
    // It has ended.
    return 0;
  }
}

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Says whether the last of some memories (MB) is near the second. */
function judge(what, memories) {
  const [second, last] = [memories[1], memories.at(-1)];
  const more = (100 * (last / second - 1)).toFixed(1);
  console.log(`${what}: the last has ${last.toFixed(0)} MB, the second ${second.toFixed(0)} MB (${more} % more)`);
  return last <= MOST * second;
}

async function photos(folder, count) {
  const [drawn, out] = [path.join(folder, 'drawn'), path.join(folder, 'out')];
  execFileSync(process.execPath, [main, 'scenes', '--count', count, '--size', '64', '--leaks', 'none', '--out', drawn]);
  const args = ['explain', path.join(drawn, 'photos'), '--network', 'scenes-fair', '--method', 'saliency,cam'];
  const child = spawn(process.execPath, [main, ...args, '--out', out], {
    stdio: 'ignore',
    env: { ...process.env, WHYLIGHT_CACHE: path.join(folder, 'cache') },
  });
  const end = new Promise((resolve) => child.on('close', resolve));
  const done = () =>
    (existsSync(out) ? readdirSync(out, { recursive: true, encoding: 'utf8' }) : []).filter((name) =>
      /\d+\.json$/.test(name),
    ).length;
  /** @type {number[]} */
  const hundreds = [];
  /** @type {number[]} */
  let samples = [];
  let started = performance.now();
  const watch = setInterval(() => {
    samples.push(memoryOf(Number(child.pid)));
    if (done() < 100 * (hundreds.length + 1)) return;
    hundreds.push(mean(samples));
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `photos up to ${100 * hundreds.length}: ${Number(hundreds.at(-1)).toFixed(0)} MB, ${(100 / seconds).toFixed(1)} photos a second`,
    );
    [samples, started] = [[], performance.now()];
  }, 200);
  const code = await end;
  clearInterval(watch);
  if (code !== 0) throw new Error(`whylight explain ended with ${code}`);
  return judge('hundreds of photos', hundreds);
}

async function kernel(folder, count) {
  const { executeNotebook } = createRequire(import.meta.url)(inProject('dist/notebook/execute.js'));
  const lesson = readdirSync(inProject('notebooks')).find((name) => name.startsWith('01-'));
  const { cells, ...rest } = JSON.parse(readFileSync(inProject('notebooks', String(lesson)), 'utf8'));
  const code = cells.filter((cell) => cell.cell_type === 'code');
  const measured = {
    ...code[0],
    metadata: {},
    source: "console.log('memory', process.memoryUsage().rss / 1e6, performance.now());",
  };
  const all = Array.from({ length: count }, () => [...code, measured]).flat();
  const notebook = { ...rest, cells: all.map((cell, i) => ({ ...cell, id: `cell-${i}` })) };
  const file = path.join(folder, 'many.ipynb');
  writeFileSync(file, JSON.stringify(notebook));
  const ipynb = path.join(folder, 'out.ipynb');
  await executeNotebook(file, { ipynb, html: path.join(folder, 'out.html') });
  const text = readFileSync(ipynb, 'utf8');
  const memories = [...text.matchAll(/"memory ([\d.]+) ([\d.]+)/g)].map(([, memory, time]) => [
    Number(memory),
    Number(time),
  ]);
  for (const [i, [memory, time]] of memories.entries())
    console.log(
      `notebook ${i + 1}: ${memory.toFixed(0)} MB${i === 0 ? '' : `, ${((time - memories[i - 1][1]) / 1000).toFixed(1)} s`}`,
    );
  return judge(
    'notebooks',
    memories.map(([memory]) => memory),
  );
}

const parts = { photos: () => photos(folder, values.photos), kernel: () => kernel(folder, Number(values.notebooks)) };
const folder = mkdtempSync(path.join(os.tmpdir(), 'flat-'));
let flat = true;
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) flat = (await parts[name]()) && flat;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = flat ? 0 : 1;
