import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = path.resolve(__dirname, '../../node_modules');

/** A font that a document brings along. */
export interface FontFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const dataUri = (bytes: Uint8Array) => `data:font/woff2;base64,${Buffer.from(bytes).toString('base64')}`;

const stix = path.join(modules, '@fontsource/stix-two-text');
const katex = path.join(modules, 'katex/dist');

/** Subsets of STIX Two Text and the letters that each is for, as CSS writes them. */
const stixRanges = () => JSON.parse(readFileSync(path.join(stix, 'unicode.json'), 'utf8')) as Record<string, string>;
const stixFile = (subset: string, weight: string, style: string) =>
  readFileSync(path.join(stix, `files/stix-two-text-${subset}-${weight}-${style}.woff2`));

/** STIX Two Text inlined with all its alphabets, so that the document looks the same on every machine. */
export function textFonts(): string {
  const faces = [
    ['400', 'normal'],
    ['400', 'italic'],
    ['700', 'normal'],
    ['700', 'italic'],
  ] as const;
  return faces
    .flatMap(([weight, style]) =>
      Object.entries(stixRanges()).map(
        ([subset, range]) =>
          `@font-face{font-family:"STIX Two Text";font-weight:${weight};font-style:${style};unicode-range:${range};src:url(${dataUri(stixFile(subset, weight, style))}) format("woff2")}`,
      ),
    )
    .join('\n');
}

/** Fonts of the document's own, and the variable `--own-fonts` that names them, a comma behind each. */
export function ownFonts(files: readonly FontFile[]): string {
  const family = (i: number) => `"Own ${i + 1}"`;
  const faces = files.map(({ bytes }, i) => `@font-face{font-family:${family(i)};src:url(${dataUri(bytes)})}`);
  return [...faces, `:root{--own-fonts:${files.map((_, i) => `${family(i)},`).join('')}}`].join('\n');
}

/** KaTeX's style sheet with its fonts inlined. */
export function katexStyles(): string {
  return readFileSync(path.join(katex, 'katex.min.css'), 'utf8')
    .replace(/,url\(fonts\/[^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
    .replace(
      /url\((fonts\/[^)]+\.woff2)\)/g,
      (_, font: string) => `url(${dataUri(readFileSync(path.join(katex, font)))})`,
    );
}

/** The fonts that show a document's words, in their order, and the letters that each may be used for. */
export function wordFonts(): { readonly font: FontFile; readonly range: string | null }[] {
  const main = 'fonts/KaTeX_Main-Regular.woff2';
  return [
    ...Object.entries(stixRanges()).map(([subset, range]) => ({
      font: { name: `STIX Two Text ${subset}`, bytes: stixFile(subset, '400', 'normal') },
      range,
    })),
    { font: { name: 'KaTeX_Main', bytes: readFileSync(path.join(katex, main)) }, range: null },
  ];
}
