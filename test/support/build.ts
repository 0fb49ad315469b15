import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Compiles `src`, so that no test spawns a command line that is older than what it tests. */
export default async function setup(): Promise<void> {
  const file = path.resolve(__dirname, '../../scripts/setup/build.mjs');
  const { build } = (await import(pathToFileURL(file).href)) as { build: () => string };
  build();
}
