import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Command } from 'commander';

/** `whylight doctor`: a script of its own, which works where nothing else does. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check the set-up: one line for each part with its version, and what to do where one is missing.')
    .action(() => {
      const script = path.resolve(__dirname, '../../scripts/doctor.mjs');
      process.exitCode = spawnSync(process.execPath, [script], { stdio: 'inherit' }).status ?? 1;
    });
}
