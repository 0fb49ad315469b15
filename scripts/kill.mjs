#!/usr/bin/env node
// Kills commands at random moments: `node scripts/kill.mjs --trials 10 --seed 1 [CASE …]`. Each trial kills the whole process
// group of a run one to three times, then lets the next run end: all files of it have to be those of an undisturbed run, byte
// for byte, with nothing beside them, and no process may outlive the kill.
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './kill/cases.mjs';
import { differences, draw, makeTrial, orphans, run, tree } from './kill/trial.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    trials: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const unknown = positionals.filter((name) => !(name in cases));
if (unknown.length > 0) {
  console.error(`unknown case: ${unknown.join(', ')} (known: ${Object.keys(cases).join(', ')})`);
  process.exit(2);
}

const lastLine = (text) => text.trim().split('\n').at(-1);

/**
 * When the kills of a trial fall: in its step, where a command says its steps, else anywhere up to a little beyond the end.
 * @param {import('./kill/cases.mjs').Case} one
 */
function killsOf({ step }, { milliseconds, steps }, seed, name, number) {
  const count = 1 + Math.floor(3 * draw(seed, name, number, 'kills'));
  return Array.from({ length: count }, (_, kill) => {
    const share = draw(seed, name, number, kill);
    if (step === undefined) return { milliseconds: share * 1.05 * milliseconds };
    const nth = number % steps.length;
    return { nth, milliseconds: share * ((steps[nth + 1] ?? milliseconds) - steps[nth]) };
  });
}

/**
 * One trial.
 * @param {string} folder
 * @param {import('./kill/cases.mjs').Case} one
 * @returns when it was killed, and what is wrong afterwards
 */
async function trial(folder, { command, env, refusal, step, timed }, expected, kills) {
  const moments = [];
  const wrong = [];
  for (const kill of kills) {
    const { code, milliseconds } = await run(folder, command, env, kill, step);
    const where = kill.nth === undefined ? '' : ` (step ${kill.nth + 1})`;
    moments.push(`${(milliseconds / 1000).toFixed(2)} s${where}${code === null ? '' : ', when it had ended'}`);
    for (const process of await orphans(folder)) wrong.push(`outlived the kill: ${process}`);
  }
  const { code, output } = await run(folder, command, env);
  if (code !== 0 && !refusal?.test(output)) wrong.push(`the next run ends with ${code}: ${lastLine(output)}`);
  return { moments, wrong: [...wrong, ...differences(expected, tree(folder, timed))] };
}

async function kill(name, top) {
  const { prepare, begin, command, env, step, timed } = cases[name];
  const base = path.join(top, name);
  const input = path.join(base, 'input');
  mkdirSync(input, { recursive: true });
  prepare(input);
  // Always the same place, for some of what is written names it; a short one, for Chromium's sockets.
  const folder = path.join(top, 't');
  const undisturbed = async () => {
    makeTrial(folder, input, begin);
    const done = await run(folder, command, env, null, step);
    if (done.code !== 0) throw new Error(`${name}: the undisturbed run ends with ${done.code}: ${done.output}`);
    const files = tree(folder, timed);
    rmSync(folder, { recursive: true });
    return { ...done, files };
  };
  const first = await undisturbed();
  const { files, milliseconds } = first;
  // What differs without a kill says nothing of one; set-up takes too long for a second time.
  const again = step === undefined ? differences(files, (await undisturbed()).files) : [];
  if (again.length > 0) throw new Error(`${name}: two undisturbed runs differ: ${again.join(', ')}`);
  let failures = 0;
  for (let i = Number(values.from); i < Number(values.from) + Number(values.trials); i++) {
    makeTrial(folder, input, begin);
    const { moments, wrong } = await trial(
      folder,
      cases[name],
      files,
      killsOf(cases[name], first, values.seed, name, i),
    );
    if (wrong.length === 0) {
      rmSync(folder, { recursive: true });
      continue;
    }
    failures++;
    renameSync(folder, path.join(base, `trial-${i}`));
    console.log(`  ${name}, trial ${i}, killed after ${moments.join(', ')}:\n    ${wrong.slice(0, 20).join('\n    ')}`);
  }
  console.log(
    `${name}: ${values.trials} trials of ${(milliseconds / 1000).toFixed(1)} s, ${files.size} files, ${failures} wrong`,
  );
  return failures;
}

const top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'k')));
let failures = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) failures += await kill(name, top);
if (failures === 0) rmSync(top, { recursive: true });
else console.log(`what was left: ${top}`);
process.exitCode = failures === 0 ? 0 : 1;
