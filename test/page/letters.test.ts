import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireLetters } from '../../src/page/letters';

const katex = (name: string) => ({
  name,
  bytes: readFileSync(path.resolve(__dirname, '../../node_modules/katex/dist/fonts', name)),
});

describe('requireLetters', () => {
  it('takes what the embedded fonts have, and what needs no glyph', () => {
    requireLetters('Wölfe, жук, σκύλος, chó sói, −0.5 × 10², “≥ 0.1 %” → a\u00adb\u00a0c\u200d\ufe0f\n');
  });

  it('names each letter that none has, once, and the way out', () => {
    expect(() => requireLetters('狼と犬, 狼 🐺')).toThrow(
      /^no font of the paper has 狼 \(U\+72FC\), と \(U\+3068\), 犬 \(U\+72AC\), 🐺 \(U\+1F43A\); .*fonts: \[FILE\] \(ttf, otf, woff or woff2\)$/,
    );
    // The machine may have a font with it; another may not.
    expect(() => requireLetters('10⁻⁵')).toThrow(/⁻ \(U\+207B\), ⁵ \(U\+2075\)/);
  });

  it('asks the document’s own fonts too', () => {
    const own = katex('KaTeX_AMS-Regular.ttf');
    expect(() => requireLetters('≨')).toThrow(/≨/);
    requireLetters('≨', [own]);
    expect(() => requireLetters('≨狼', [own])).toThrow(/has 狼 \(U\+72FC\);/);
    expect(() => requireLetters('狼', [{ name: 'a.otf', bytes: Buffer.from('no font') }])).toThrow(
      /^a\.otf is no font that can be read/,
    );
  });
});
