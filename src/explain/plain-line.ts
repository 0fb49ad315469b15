/** Line ends of every kind, and the spaces around them. */
const ends = /\s*[\n\v\f\r\u0085\u2028\u2029]\s*/g;
/** What a terminal obeys or hides, or what turns its text around: control characters, and marks of direction. */
const commands = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text with names of others in it as one line that a terminal shows and does not obey. */
export const plainLine = (text: string): string => text.replace(ends, ' ').replace(commands, '?').trim();

/** The same of a text of many lines: every command as its code, so that JSON stays the same JSON. */
export const plainText = (text: string): string =>
  text.replace(commands, (sign) =>
    sign === '\n' || sign === '\t' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
