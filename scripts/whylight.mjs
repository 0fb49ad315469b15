#!/usr/bin/env node
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const main = script('../dist/cli/main.js');
// The doctor works where nothing is set up yet.
if (process.argv[2] === 'doctor' && process.argv.length === 3) {
  const { status } = spawnSync(process.execPath, [script('doctor.mjs')], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
if (!existsSync(main)) {
  console.error('whylight: not set up yet: run `npm run setup` first');
  process.exit(1);
}
// A file as stderr may be stdout's, too (`> log 2>&1`): only who holds the shell's own descriptor writes behind the other.
// So the command's lines come through here, without TensorFlow's greeting, which no log level silences.
const toFile = fstatSync(2).isFile();
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', toFile ? 'pipe' : 'inherit'],
});
if (child.stderr !== null) {
  const greeting = /^(?:WARNING: All log messages before absl|[IW]\d{4} \d\d:\d\d:)/;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!greeting.test(line)) process.stderr.write(`${line}\n`);
  });
}
// The terminal's Ctrl-C reaches the command itself, which ends its work cleanly; this process only waits.
process.on('SIGINT', () => {});
// Others reach this process alone.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGQUIT']))
  process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`whylight: cannot start: ${error.message}`);
  process.exit(1);
});
child.on('close', (code, signal) => {
  if (signal === 'SIGKILL') {
    console.error('whylight: ended by the system (SIGKILL), which is what it does when memory runs out (--memory)');
  } else if (signal !== null && signal !== 'SIGINT') {
    console.error(`whylight: ended by ${signal}`);
  }
  process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
});
