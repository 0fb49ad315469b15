import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = path.resolve(__dirname, '../../node_modules');

const dataUri = (file: string) => `data:font/woff2;base64,${readFileSync(file).toString('base64')}`;

const stix = path.join(modules, '@fontsource/stix-two-text');

/** STIX Two Text inlined with all its alphabets, so that the document looks the same on every machine. */
export function textFonts(): string {
  const ranges = JSON.parse(readFileSync(path.join(stix, 'unicode.json'), 'utf8')) as Record<string, string>;
  const faces = [
    ['400', 'normal'],
    ['400', 'italic'],
    ['700', 'normal'],
    ['700', 'italic'],
  ] as const;
  return faces
    .flatMap(([weight, style]) =>
      Object.entries(ranges).map(([subset, range]) => {
        const file = path.join(stix, `files/stix-two-text-${subset}-${weight}-${style}.woff2`);
        return `@font-face{font-family:"STIX Two Text";font-weight:${weight};font-style:${style};unicode-range:${range};src:url(${dataUri(file)}) format("woff2")}`;
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
