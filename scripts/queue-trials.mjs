#!/usr/bin/env node
// The queue's trials many times over, each with other moments: `npm run queue-trials -- 20` (rounds; default 10).
// Workers killed, the server killed and started again, connections cut: the result is one process's, byte for byte.
import { spawnSync } from 'node:child_process';
import { redisForTests } from './setup/redis.mjs';
import { inProject } from './setup/tools.mjs';

const rounds = process.argv[2] ?? '10';
if (!/^[1-9]\d*$/.test(rounds)) {
  console.error(`queue-trials: rounds are a whole number from 1: ${rounds}`);
  process.exit(2);
}
console.error(`queue-trials: Redis: ${redisForTests()}`);
const { status } = spawnSync(
  process.execPath,
  [inProject('node_modules/vitest/vitest.mjs'), 'run', 'test/queue/workers.test.ts'],
  { stdio: 'inherit', cwd: inProject(), env: { ...process.env, WHYLIGHT_QUEUE_TRIALS: rounds } },
);
process.exit(status ?? 1);
