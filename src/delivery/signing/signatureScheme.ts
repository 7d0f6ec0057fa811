import type { Signing } from './signing.js';

/** A signature that a receiver already verifies, made beside that of Standard Webhooks. */
export interface SignatureScheme {
  description: string;
  /** The headers, names in lower case. `secrets` has at least one, and of the kind `hmac` alone. */
  headers(signing: Signing): Record<string, string>;
}

/** For the schemes whose header has room for one signature: the newest secret makes it (see docs/receiving.md). */
export function newestSecret({ secrets }: Signing): string {
  const [newest] = secrets;
  if (newest === undefined) throw new Error('A signature needs at least one secret.');
  return newest;
}
