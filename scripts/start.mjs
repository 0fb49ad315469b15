#!/usr/bin/env node
// Sets up, then makes the paper: arguments go on to `whylight report`.
import { setup } from './setup.mjs';

if (!(await setup())) process.exit(1);
process.argv.splice(2, 0, 'report');
await import('./whylight.mjs');
