import { createHash } from 'node:crypto';

/** What a page's policy calls a script by: its sha256. */
export const scriptHash = (script: string): string =>
  `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/**
 * The policy of a page: of all scripts only those given run, whatever else gets into it, and it reaches nothing outside.
 * @param beside whether scripts that lie beside the page run too: several pages then share one. A file cannot be named
 *   by its hash where pages are read from a disk.
 */
export function contentPolicy(scripts: readonly string[], beside = false): string {
  const names = [...(beside ? ["'self'"] : []), ...scripts.map(scriptHash)];
  const allowed = names.length === 0 ? "'none'" : names.join(' ');
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
