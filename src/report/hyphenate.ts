import { hyphenateSync } from 'hyphen/en-us';
import { mapText } from './map-text';

/** Elements whose lines are justified, so that long words must break. */
const justified = new Set(['p', 'figcaption']);
/** English words: not names in code, file names or parts of compounds, which have a dot, a digit, a hyphen or a capital inside. */
const words = /(?<![\w./-])[A-Za-z][a-z]{5,}(?![\w/-]|\.\w)/g;

/** Liang's patterns; never fewer than three letters go to the next line. */
const hyphenated = (word: string) => hyphenateSync(word).replace(/\u00ad(?=[A-Za-z]{1,2}$)/, '');

/**
 * Puts soft hyphens into the words of paragraphs and captions, where English breaks them (Liang's patterns): Chromium
 * has no dictionary for `hyphens: auto` where it prints without a window. Attributes, equations and code stay as they are.
 */
export function hyphenate(html: string): string {
  return mapText(html, (text, around) =>
    around.some((element) => justified.has(element)) ? text.replace(words, hyphenated) : text,
  );
}
