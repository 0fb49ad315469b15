#!/usr/bin/env node
// Sets up, then makes the paper: arguments go on to `whylight report`.
import { spawnSync } from 'node:child_process';
import { inProject } from './setup/tools.mjs';
import { setup } from './setup.mjs';

if (!(await setup())) process.exit(1);
const done = spawnSync(process.execPath, [inProject('dist/cli/main.js'), 'report', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(done.status ?? 1);
