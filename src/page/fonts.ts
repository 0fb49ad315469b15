import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = path.resolve(__dirname, '../../node_modules');

const dataUri = (file: string) => `data:font/woff2;base64,${readFileSync(file).toString('base64')}`;

/** STIX Two Text inlined, so that the document looks the same on every machine. */
export function textFonts(): string {
  const faces = [
    ['400', 'normal'],
    ['400', 'italic'],
    ['700', 'normal'],
    ['700', 'italic'],
  ] as const;
  return faces
    .flatMap(([weight, style]) =>
      ['latin', 'latin-ext'].map((subset) => {
        const file = path.join(
          modules,
          `@fontsource/stix-two-text/files/stix-two-text-${subset}-${weight}-${style}.woff2`,
        );
        const range = subset === 'latin-ext' ? 'unicode-range:U+0100-02FF,U+1E00-1EFF;' : '';
        return `@font-face{font-family:"STIX Two Text";font-weight:${weight};font-style:${style};${range}src:url(${dataUri(file)}) format("woff2")}`;
      }),
    )
    .join('\n');
}

/** KaTeX's style sheet with its fonts inlined. */
export function katexStyles(): string {
  const folder = path.join(modules, 'katex/dist');
  return readFileSync(path.join(folder, 'katex.min.css'), 'utf8')
    .replace(/,url\(fonts\/[^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
    .replace(/url\((fonts\/[^)]+\.woff2)\)/g, (_, font: string) => `url(${dataUri(path.join(folder, font))})`);
}
