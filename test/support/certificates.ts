import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

/** Whether this machine can make certificates. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Files (PEM) of an authority of the test's own, and of a certificate for 127.0.0.1 that it signed. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates that are good for a day. */
export function makeCertificates(folder: string): Certificates {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const days = ['-days', '1', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const authority = file('ca.pem');
  openssl('req', '-x509', ...days, '-keyout', file('ca.key'), '-out', authority, '-subj', '/CN=authority');
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-subj', '/CN=test'];
  const signer = ['-CA', authority, '-CAkey', file('ca.key')];
  const [certificate, key] = [file('own.pem'), file('own.key')];
  openssl('req', '-x509', ...days, ...names, ...signer, '-keyout', key, '-out', certificate);
  return { authority, certificate, key };
}
