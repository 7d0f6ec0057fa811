import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
}

/** Why there can be no certificates here, or null. */
export const certificatesMissing =
  spawnSync('openssl', ['version']).status === 0 ? null : 'openssl is not on this machine';

/** A self-signed certificate for a name and for 127.0.0.1; a negative number of days makes it expired. */
export function makeCertificate(name: string, days: number): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'everhook-certificate-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  try {
    const names = `subjectAltName=DNS:${name},IP:127.0.0.1`;
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl(
      'req',
      ...curve,
      '-keyout',
      'key',
      '-out',
      'request',
      '-subj',
      '/CN=x',
      '-addext',
      names,
    );
    const extensions = ['-copy_extensions', 'copy'];
    openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-signkey',
      'key',
      ...extensions,
      '-days',
      `${days}`,
      '-out',
      'cert',
    );
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { key: read('key'), cert: read('cert') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
