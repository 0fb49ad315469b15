import { attempt, inProject } from './tools.mjs';

/** The weights with which README and lesson 3 explain a real photo. Without them all else works, so nothing stops here. */
export function imagenet() {
  const { ok, output } = attempt(process.execPath, [inProject('scripts/whylight.mjs'), 'fetch', 'efficientnet-lite0'], {
    minutes: 5,
  });
  if (ok) return 'EfficientNet-Lite0 with its weights';
  return `not here, and fetched when first used (${output.trim().split('\n').at(-1)})`;
}
