import { create } from 'fontkit';
import { listAllowed, WhylightError } from '../explain/errors';
import { type FontFile, wordFonts } from './fonts';

/** What needs no glyph: spaces, and what only joins, breaks or varies other letters. */
const unseen = /[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

let embedded: ReadonlySet<number> | undefined;

/**
 * Looks whether the embedded fonts, or the document's own, have every letter of a text: the machine's fonts, which
 * another machine may lack, are not asked.
 *
 * @throws WhylightError naming the letters that no font has, and for a file that is no font.
 */
export function requireLetters(text: string, own: readonly FontFile[] = []): void {
  embedded ??= new Set(wordFonts().flatMap(({ font, range }) => lettersOf(font).filter(within(range))));
  const letters = [...new Set(text)].filter((letter) => !unseen.test(letter) && !embedded!.has(letter.codePointAt(0)!));
  if (letters.length === 0) return;
  const more = new Set(own.flatMap(lettersOf));
  const without = letters.filter((letter) => !more.has(letter.codePointAt(0)!));
  if (without.length === 0) return;
  const names = without.map((letter) => `${letter} (U+${hex(letter)})`);
  throw new WhylightError(
    `no font of the paper has ${listAllowed(names, 12)}; give the study a font file that has: fonts: [FILE] (ttf, otf, woff or woff2)`,
  );
}

const hex = (letter: string) => letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');

function lettersOf({ name, bytes }: FontFile): readonly number[] {
  let letters: readonly number[] | undefined;
  try {
    letters = create(Buffer.from(bytes)).characterSet;
  } catch (error) {
    throw new WhylightError(`${name} is no font that can be read (allowed: ttf, otf, woff, woff2)`, { cause: error });
  }
  if (letters === undefined) throw new WhylightError(`${name} holds several fonts (allowed: a file with one)`);
  return letters;
}

/** Whether a letter lies in a CSS `unicode-range`; null: every letter does. */
function within(range: string | null): (letter: number) => boolean {
  if (range === null) return () => true;
  const parts = range.split(',').map((part) => {
    const [first, last = first] = part.trim().slice(2).split('-');
    return [Number.parseInt(first!, 16), Number.parseInt(last!, 16)] as const;
  });
  return (letter) => parts.some(([first, last]) => letter >= first && letter <= last);
}
