import { createHash } from 'node:crypto';

/** What a page's policy calls a script by: its sha256. */
export const scriptHash = (script: string): string =>
  `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/**
 * The policy of a page that is whole in itself: of all scripts only those given run, whatever else gets into it, and it
 * reaches nothing outside.
 */
export function contentPolicy(scripts: readonly string[]): string {
  const allowed = scripts.length === 0 ? "'none'" : scripts.map(scriptHash).join(' ');
  return [
    "default-src 'none'",
    `script-src ${allowed}`,
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
