#!/usr/bin/env node
// Kills commands at random moments: `node scripts/kill.mjs --trials 10 --seed 1 [CASE …]`. Each trial kills the whole process
// group of a run one to three times, then lets the next run end: all files of it have to be those of an undisturbed run, byte
// for byte, with nothing beside them, and no process may outlive the kill.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
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

/** One trial. @returns when it was killed, and what is wrong afterwards */
async function trial(folder, { command, refusal }, expected, duration, numbers) {
  const [seed, ...place] = numbers;
  const kills = 1 + Math.floor(3 * draw(seed, ...place, 'kills'));
  const moments = [];
  const wrong = [];
  for (let kill = 0; kill < kills; kill++) {
    // Up to a little beyond the end, for the very last moments count too.
    const moment = draw(seed, ...place, kill) * 1.05 * duration;
    const { code, milliseconds } = await run(folder, command, {}, moment);
    moments.push(`${(milliseconds / 1000).toFixed(2)} s${code === null ? '' : ' (it had ended)'}`);
    for (const process of await orphans(folder)) wrong.push(`outlived the kill: ${process}`);
  }
  const { code, output } = await run(folder, command);
  if (code !== 0 && !refusal?.test(output)) wrong.push(`the next run ends with ${code}: ${lastLine(output)}`);
  return { moments, wrong: [...wrong, ...differences(expected, tree(folder))] };
}

async function kill(name, top) {
  const base = path.join(top, name);
  const input = path.join(base, 'input');
  mkdirSync(input, { recursive: true });
  cases[name].prepare(input);
  const undisturbed = async (folder) => {
    const { code, output, milliseconds } = await run(makeTrial(folder, input), cases[name].command);
    if (code !== 0) throw new Error(`${name}: the undisturbed run ends with ${code}: ${output}`);
    return { files: tree(folder), milliseconds };
  };
  const { files, milliseconds } = await undisturbed(path.join(base, 'undisturbed'));
  const again = differences(files, (await undisturbed(path.join(base, 'again'))).files);
  if (again.length > 0) throw new Error(`${name}: two undisturbed runs differ: ${again.join(', ')}`);
  let failures = 0;
  for (let i = Number(values.from); i < Number(values.from) + Number(values.trials); i++) {
    const folder = makeTrial(path.join(base, String(i)), input);
    const { moments, wrong } = await trial(folder, cases[name], files, milliseconds, [values.seed, name, i]);
    if (wrong.length === 0) {
      rmSync(folder, { recursive: true });
      continue;
    }
    failures++;
    console.log(`  ${name}, trial ${i}, killed after ${moments.join(', ')}:\n    ${wrong.slice(0, 20).join('\n    ')}`);
  }
  console.log(
    `${name}: ${values.trials} trials of ${(milliseconds / 1000).toFixed(1)} s, ${files.size} files, ${failures} wrong`,
  );
  return failures;
}

const top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kill-')));
let failures = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) failures += await kill(name, top);
if (failures === 0) rmSync(top, { recursive: true });
else console.log(`what was left: ${top}`);
process.exitCode = failures === 0 ? 0 : 1;
