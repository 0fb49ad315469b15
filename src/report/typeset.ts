import { hyphenate } from './hyphenate';
import { superscriptsOf } from './superscripts';
import { wholeNames } from './whole-names';

/** Keeps a number on one line with its sign, its unit and what it is the value of, and an interval in its brackets. */
const unbroken = (html: string) =>
  html
    .replace(/(\[−?[\d.]+,) (?=−?[\d.]+\])/g, '$1\u00a0')
    .replace(/(\bP\([^()<>]*\)) = (?=\d)/g, '$1\u00a0=\u00a0')
    .replace(/\b(stride|seed) (?=\d)/g, '$1\u00a0')
    .replace(/(\d) (?=%|px\b)/g, '$1\u00a0')
    .replace(/(&[lg]t;) (?=\d)/g, '$1\u00a0');

/** Where lines may break, and where not. */
export const typeset = (html: string) => hyphenate(wholeNames(superscriptsOf(unbroken(html))));
