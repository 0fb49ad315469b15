import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inProject, must } from './tools.mjs';

/** Compiles `src` into `dist`, removes what has no source, and makes the package's own name resolve for notebooks. */
export function build() {
  must(process.execPath, [inProject('node_modules/typescript/bin/tsc'), '-p', inProject('tsconfig.json')]);
  for (const file of readdirSync(inProject('dist'), { recursive: true, encoding: 'utf8' })) {
    const source = /^(.*?)(?:\.d\.ts|\.js)$/.exec(file)?.[1];
    if (source !== undefined && !existsSync(inProject('src', `${source}.ts`))) rmSync(inProject('dist', file));
  }
  const folder = inProject('node_modules/whylight');
  const stub = `${JSON.stringify({ name: 'whylight', main: '../../dist/index.js', types: '../../dist/index.d.ts' }, null, 2)}\n`;
  const file = `${folder}/package.json`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== stub) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, stub);
  }
  return 'compiled into dist';
}
