#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
// The terminal's Ctrl-C reaches the command itself, which ends its work cleanly; this process only waits.
process.on('SIGINT', () => {});
const done = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(done.status ?? 130);
