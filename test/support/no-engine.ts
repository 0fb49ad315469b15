import { createRequire } from 'node:module';
import { afterAll } from 'vitest';

// Tests beside one another must not start the engine, which uses every core; `needsEngine` tells them apart by imports.
afterAll(() => {
  const engine = Object.keys(createRequire(__filename).cache).find((file) => file.includes('@tensorflow'));
  if (engine !== undefined) throw new Error(`a test that imports no engine has loaded it: ${engine}`);
});
