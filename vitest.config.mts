import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { needsOf } from './test/support/imports.mjs';

const folder = path.join(import.meta.dirname, 'test');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));

/** One of three groups of test files, told apart by what they import; TensorFlow uses every core, so two go in turn. */
const group = (needs: ReturnType<typeof needsOf>, order: number, more: object) => ({
  extends: true as const,
  test: {
    name: needs,
    include: files.filter((file) => needsOf(path.join(folder, file)) === needs).map((file) => `test/${file}`),
    maxWorkers: 1,
    sequence: { groupOrder: order },
    ...more,
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A snapshot that is not there is an error; `--update` writes it.
    update: 'none',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      reportOnFailure: true,
      reportsDirectory: '.setup/coverage',
    },
    projects: [
      group('plain', 0, { maxWorkers: os.availableParallelism(), setupFiles: ['test/support/no-engine.ts'] }),
      group('engine', 1, {}),
      group('built', 2, { globalSetup: ['test/support/build.ts'] }),
    ],
  },
});
