import { hyphenateSync } from 'hyphen/en-us';

/** Elements whose lines are justified, so that long words must break. */
const justified = new Set(['p', 'figcaption']);
/** Elements that never close. */
const single = new Set(['br', 'img', 'hr', 'path']);
/** English words: not names in code, file names or parts of compounds, which have a dot, a digit, a hyphen or a capital inside. */
const words = /(?<![\w./-])[A-Za-z][a-z]{5,}(?![\w/-]|\.\w)/g;

/** Liang's patterns; never fewer than three letters go to the next line. */
const hyphenated = (word: string) => hyphenateSync(word).replace(/\u00ad(?=[A-Za-z]{1,2}$)/, '');

/**
 * Puts soft hyphens into the words of paragraphs and captions, where English breaks them (Liang's patterns): Chromium
 * has no dictionary for `hyphens: auto` where it prints without a window. Attributes, equations and code stay as they are.
 */
export function hyphenate(html: string): string {
  const verbatim: boolean[] = [];
  let depth = 0;
  return html.replace(
    /<!--[\s\S]*?-->|<\/?([a-zA-Z][\w-]*)([^>]*)>|&[#\w]+;|[^<&]+/g,
    (token, tag?: string, rest?: string) => {
      if (tag === undefined) {
        const readable = depth > 0 && !verbatim.includes(true);
        return readable && !token.startsWith('<') && !token.startsWith('&') ? token.replace(words, hyphenated) : token;
      }
      const name = tag.toLowerCase();
      if (single.has(name) || rest!.endsWith('/')) return token;
      if (token.startsWith('</')) {
        verbatim.pop();
        if (justified.has(name)) depth--;
      } else {
        verbatim.push(name === 'code' || /class="katex/.test(rest!));
        if (justified.has(name)) depth++;
      }
      return token;
    },
  );
}
