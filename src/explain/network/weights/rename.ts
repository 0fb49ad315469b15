import { WhylightError } from '../../errors';
import { quoteName } from './quote-name';

/** Pattern → what takes its place; null leaves the weight out. */
export type Renaming = Readonly<Record<string, string | null>>;

/** Longer names are renamed by no pattern: trying would take too long. */
const LONGEST = 200;

type Rule = readonly [pattern: RegExp, replacement: string | null];

/**
 * A function that renames weights by the first pattern that fits the whole name. In a pattern `*` stands for what lies
 * between two dots, one character or more (`layer*.weight`), and `**` for anything, dots too (`backbone.**`); in the
 * replacement the first star, of either kind, is what the pattern's first star stood for, and so on. null leaves a
 * weight out. Names that fit no pattern stay.
 * @throws WhylightError for more stars in a replacement than in its pattern, and for more than four in a
 *   pattern, or two of the double ones.
 */
function renamer(renaming: Renaming): (name: string) => string | null {
  const mistake = renamingMistake(renaming);
  if (mistake !== null) throw new WhylightError(`rename: ${mistake}`);
  const rules = Object.entries(renaming).map(([pattern, replacement]) => ruleOf(pattern, replacement));
  return (name) => {
    if (name.length > LONGEST) return name;
    for (const [pattern, replacement] of rules) {
      const parts = pattern.exec(name);
      if (parts === null) continue;
      let star = 0;
      return replacement === null ? null : replacement.replace(/\*\*?/g, () => parts[++star]!);
    }
    return name;
  };
}

/** A network's name of a published weight that is renamed before the architecture names it. */
export function withRenaming(
  renaming: Renaming,
  parameterName: (published: string) => string | null = (published) => published,
): (published: string) => string | null {
  const rename = renamer(renaming);
  return (published) => {
    const renamed = rename(published);
    return renamed === null ? null : parameterName(renamed);
  };
}

const stars = (text: string): number => text.match(/\*\*?/g)?.length ?? 0;

/** What is wrong with a renaming's patterns; null where nothing is. */
export function renamingMistake(renaming: Renaming): string | null {
  for (const [pattern, replacement] of Object.entries(renaming)) {
    const [has, wants] = [stars(pattern), stars(replacement ?? '')];
    const double = pattern.match(/\*\*/g)?.length ?? 0;
    if (has > 4 || double > 2) {
      return `${quoteName(pattern)} has too many stars (allowed: up to 4, of which two are **)`;
    }
    if (wants > has) {
      return `${quoteName(replacement ?? '')} has ${wants} stars, and ${quoteName(pattern)} ${has} (allowed: no more than the pattern)`;
    }
  }
  return null;
}

function ruleOf(pattern: string, replacement: string | null): Rule {
  const source = pattern
    .split(/(\*\*?)/)
    .map((part) => (part === '**' ? '(.+)' : part === '*' ? '([^.]+)' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
  return [new RegExp(`^${source.join('')}$`, 'su'), replacement];
}
