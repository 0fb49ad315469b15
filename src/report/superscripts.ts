import { mapText } from './map-text';

/** Powers with a sign or digit that the embedded fonts lack. */
const powers = /[⁰¹²³⁴-⁹⁻]*[⁰⁴-⁹⁻][⁰¹²³⁴-⁹⁻]*/g;
const plain = (power: string) => [...power].map((sign) => (sign === '⁻' ? '−' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))).join('');

/** Writes powers as raised digits, `10<sup>−5</sup>`, as HTML and Plotly read them. */
export const superscripts = (text: string) => text.replace(powers, (power) => `<sup>${plain(power)}</sup>`);

/** The same for the words of an HTML text, its attributes left as they are. */
export const superscriptsOf = (html: string) => mapText(html, superscripts);
