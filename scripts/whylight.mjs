#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  createRequire(import.meta.url)(main.pathname);
} else {
  console.error('whylight: not set up yet: run `npm run setup` first');
  process.exit(1);
}
