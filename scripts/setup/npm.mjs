import { existsSync } from 'node:fs';
import { inProject, must, sha256, stamp } from './tools.mjs';

/** npm packages exactly as the lockfile says, without their install scripts. */
export function npmPackages() {
  const state = `${sha256(inProject('package-lock.json'))} node ${process.versions.modules}`;
  if (stamp.is('npm', state) && existsSync(inProject('node_modules'))) return 'already there';
  // What is stopped midway is not there.
  stamp.set('npm', '');
  must(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {},
    'check the connection to the npm registry and run this again',
  );
  stamp.set('npm', state);
  return 'installed without install scripts';
}
