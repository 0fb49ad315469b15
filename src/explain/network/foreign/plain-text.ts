/** Characters that no text has, but for the white space among them: control characters, and what is no UTF-8. */
const foreign = /[\p{Cc}\ufffd]/u;

/** Whether a decoded text is one: without control characters, and without bytes that are no UTF-8. */
export function isPlainText(text: string): boolean {
  return !foreign.test(text.replace(/[\t\n\f\r\u0085]/g, ''));
}
