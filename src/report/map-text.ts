/** Elements that never close. */
const single = new Set(['br', 'img', 'hr', 'path']);

/**
 * Changes the words of an HTML text; tags, entities, equations and code stay as they are.
 *
 * @param change gets a piece of text and the names of the elements around it, the outermost first.
 */
export function mapText(html: string, change: (text: string, around: readonly string[]) => string): string {
  const around: string[] = [];
  const verbatim: boolean[] = [];
  return html.replace(
    /<!--[\s\S]*?-->|<\/?([a-zA-Z][\w-]*)([^>]*)>|&[#\w]+;|[^<&]+/g,
    (token, tag?: string, rest?: string) => {
      if (tag === undefined) return /^[<&]/.test(token) || verbatim.includes(true) ? token : change(token, around);
      const name = tag.toLowerCase();
      if (single.has(name) || rest!.endsWith('/')) return token;
      if (token.startsWith('</')) {
        around.pop();
        verbatim.pop();
      } else {
        around.push(name);
        verbatim.push(name === 'code' || /class="katex/.test(rest!));
      }
      return token;
    },
  );
}
