import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { project } from './support/command';

test('tests and benches use what they test by its types', () => {
  const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', path.join(project, 'test')], {
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toBe('');
});
