#!/usr/bin/env node
// Sets up, runs the check, then every test; arguments go on to vitest. The last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { redisForTests } from './setup/redis.mjs';
import { inProject } from './setup/tools.mjs';
import { setup } from './setup.mjs';

if (!(await setup())) {
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
console.error(`setup: Redis for the tests: ${redisForTests()}`);
// Only now are there the packages that it reads with.
const { check } = await import('./check.mjs');
const unmet = check();
const results = inProject('.setup/test-results.json');
rmSync(results, { force: true });
const done = spawnSync(
  process.execPath,
  [
    inProject('node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' }, cwd: inProject() },
);

function summary() {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    const tests = report.testResults.flatMap((file) => file.assertionResults);
    const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
    // A file that cannot be loaded has no tests of its own to fail.
    const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
    return {
      passed: count('passed'),
      failed: count('failed') + broken.length,
      skipped: tests.filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status)),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}

const { passed, failed, skipped } = summary();
const ok = done.status === 0 && failed === 0 && passed > 0;
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
if (unmet > 0) console.log(`the check fails: ${unmet} of its steps, above the tests`);
// Whatever vitest printed, a run that did not end well must not read as a good one.
console.log(`${passed} passed, ${(ok ? 0 : Math.max(1, failed)) + unmet} failed, ${skipped.length} skipped`);
process.exit(ok && unmet === 0 ? 0 : 1);
