#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
if (!existsSync(main)) {
  console.error('whylight: not set up yet: run `npm run setup` first');
  process.exit(1);
}
// The terminal's Ctrl-C reaches the command itself, which ends its work cleanly; this process only waits.
process.on('SIGINT', () => {});
const done = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(done.status ?? 130);
