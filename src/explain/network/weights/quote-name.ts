/** A name from a file nobody has checked, fit for one line of an error message: no control characters, shortened. */
export function quoteName(name: string, limit = 80): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
  const characters = Array.from(plain.slice(0, 4 * limit));
  return characters.length <= limit ? plain : `${characters.slice(0, limit).join('')}…`;
}
