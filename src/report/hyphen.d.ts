declare module 'hyphen/en-us' {
  /** Puts a soft hyphen wherever a word may be broken. */
  export function hyphenateSync(text: string): string;
}
