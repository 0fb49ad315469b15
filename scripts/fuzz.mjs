#!/usr/bin/env node
// Hands damaged files to every reader: `node scripts/fuzz.mjs --count 1000 --seed 1 [KIND …]`. Each answer has to be a
// result or a WhylightError within SECONDS and MEGABYTES; all others are printed with the numbers that make them again.
// `node scripts/fuzz.mjs bombs` hands over what is made to keep a machine busy or to fill it, each in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bombs } from './fuzz/bombs.mjs';
import { kinds } from './fuzz/kinds.mjs';
import { mutant } from './fuzz/mutants.mjs';

const SECONDS = 5;
const MEGABYTES = 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string' },
    keep: { type: 'string' },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];

const line = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .slice(0, 200);
const isOneLine = ({ message }) => !/[\p{Cc}\u2028\u2029]/u.test(message) && message.length < 2000;

/** Reads mutants of one kind in this process and tells of each before and after, through file descriptor 3. */
async function read(kind, from) {
  const { seeds, beside = () => undefined, read } = kinds[kind];
  const all = await seeds();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fuzz-'));
  const tell = (event) => writeSync(3, `${JSON.stringify(event)}\n`);
  for (let i = from; i < count; i++) {
    const { name, bytes } = all[i % all.length];
    const place = path.join(folder, String(i));
    mkdirSync(place);
    await beside(place);
    const file = path.join(place, name);
    const changed = mutant(bytes, seed * 1_000_003 + i);
    writeFileSync(file, changed);
    tell({ start: i, name });
    const started = performance.now();
    let wrong = null;
    let refused = false;
    try {
      await read(file, !changed.equals(bytes));
    } catch (error) {
      refused = error?.name === 'WhylightError';
      if (!refused)
        wrong = `${error?.name}: ${line(error)} ${String(error?.stack).split('\n').slice(1, 3).join(' ').replace(/\s+/g, ' ')}`;
      else if (!isOneLine(error)) wrong = `no single clean line: ${JSON.stringify(error.message.slice(0, 120))}`;
    }
    const seconds = (performance.now() - started) / 1000;
    const megabytes = Math.round(process.memoryUsage().rss / 1e6);
    if (seconds > SECONDS) wrong = `${seconds.toFixed(1)} s`;
    if (wrong !== null && values.keep) {
      mkdirSync(values.keep, { recursive: true });
      writeFileSync(path.join(values.keep, `${kind}-${seed}-${i}-${name}`), changed);
    }
    rmSync(place, { recursive: true });
    tell({ end: i, refused, wrong, seconds, megabytes });
  }
  rmSync(folder, { recursive: true });
}

/** One kind in processes of its own: where one dies or falls silent, the next goes on behind that mutant. */
async function fuzz(kind) {
  /** @type {{ mutants: number, refused: number, slowest: number, megabytes: number, wrong: any[] }} */
  const sum = { mutants: 0, refused: 0, slowest: 0, megabytes: 0, wrong: [] };
  for (let from = 0; from < count; ) from = await oneProcess(kind, from, sum);
  return sum;
}

function oneProcess(kind, from, sum) {
  return new Promise((resolve) => {
    const options = ['--count', String(count), '--seed', String(seed), ...(values.keep ? ['--keep', values.keep] : [])];
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${MEGABYTES}`, fileURLToPath(import.meta.url), ...options, '--from', String(from), kind],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' } },
    );
    let open = null;
    let silence;
    let fate = '';
    let rest = '';
    let errors = '';
    child.stderr?.on('data', (part) => {
      errors = (errors + part).slice(-2000);
    });
    child.stdio[3]?.on('data', (part) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const event of lines.map((text) => JSON.parse(text))) {
        clearTimeout(silence);
        if (event.start !== undefined) {
          open = event;
          silence = setTimeout(
            () => {
              fate = `no answer in ${4 * SECONDS} s`;
              child.kill('SIGKILL');
            },
            4 * SECONDS * 1000,
          );
        } else note(event);
      }
    });
    const note = ({ refused, wrong, seconds, megabytes }) => {
      sum.mutants++;
      sum.refused += Number(refused);
      sum.slowest = Math.max(sum.slowest, seconds);
      sum.megabytes = Math.max(sum.megabytes, megabytes);
      if (wrong !== null) sum.wrong.push({ ...open, wrong });
      if (megabytes > MEGABYTES) {
        sum.wrong.push({ ...open, wrong: `${megabytes} MB` });
        fate = 'memory';
        child.kill('SIGKILL');
      }
      from = open.start + 1;
      open = null;
    };
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      // Ended for the memory of the one before: it is tried again.
      if (open !== null && fate === 'memory') from = open.start;
      else if (open !== null) {
        sum.mutants++;
        sum.wrong.push({
          ...open,
          wrong: `${fate || `the process ended (${code ?? signal})`} ${errors.trim().split('\n').at(-1)}`,
        });
        from = open.start + 1;
      } else if (code !== 0 && fate === '') {
        sum.wrong.push({ start: from, wrong: `cannot start: ${errors.trim().slice(-600)}` });
        from = count;
      }
      resolve(from);
    });
  });
}

/** What an answer to a bomb may cost more than one to a valid file: seconds of the processor, megabytes. */
const BOMB = { seconds: 2, megabytes: 300 };

function explode(number) {
  const [kind, , what] = bombs[number];
  const script = fileURLToPath(new URL('fuzz/explode.mjs', import.meta.url));
  const options = {
    encoding: /** @type {const} */ ('utf8'),
    timeout: 300_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  };
  const { stdout, stderr } = spawnSync(process.execPath, [script, String(number)], options);
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    return { good: false, text: `${kind}: ${what}: no answer: ${stderr.trim().split('\n').at(-1)}` };
  }
  const { error, message, seconds, megabytes } = answer;
  const typed = error === null || (error === 'WhylightError' && isOneLine({ message }));
  const good = typed && seconds <= BOMB.seconds && megabytes <= BOMB.megabytes;
  return {
    good,
    text: `${kind}: ${what}: ${seconds.toFixed(2)} s, ${megabytes} MB: ${error ?? 'read'} ${message.slice(0, 160)}`,
  };
}

if (positionals[0] === 'bombs') {
  for (const number of bombs.keys()) {
    const { good, text } = explode(number);
    console.log(`${good ? '✓' : '✗'} ${text}`);
    if (!good) process.exitCode = 1;
  }
} else if (values.from !== undefined) {
  await read(positionals[0], Number(values.from));
} else {
  const chosen = positionals.length > 0 ? positionals : Object.keys(kinds);
  let failures = 0;
  for (const kind of chosen) {
    const { mutants, refused, slowest, megabytes, wrong } = await fuzz(kind);
    failures += wrong.length;
    console.log(
      `${kind}: ${mutants} mutants, ${refused} refused, ${wrong.length} wrong, slowest ${slowest.toFixed(2)} s, most ${megabytes} MB`,
    );
    for (const one of wrong.slice(0, 40))
      console.log(`  ${kind} seed ${seed} number ${one.start} (${one.name}): ${one.wrong}`);
  }
  process.exitCode = failures === 0 ? 0 : 1;
}
