/** RFC 7518, section 3.2: a key as long as the hash, at least. */
const minSecretBytes = 32;
const maxSecretBytes = 512;

/** Why a text can't be a shared secret of HS256, in words for its owner, or null. Never repeats the text. */
export function jwtSecretProblem(text: string): string | null {
  if (text.includes('-----BEGIN ')) {
    return 'This is a key in PEM, which is no secret between two; give a public key as publicKey, with RS256 or ES256';
  }
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    return 'The secret must have printable characters only: no line breaks, tabs or control characters';
  }
  const bytes = Buffer.byteLength(text);
  if (bytes < minSecretBytes || bytes > maxSecretBytes) {
    return `A secret for HS256 has ${minSecretBytes} to ${maxSecretBytes} bytes, and this has ${bytes}; make one with \`openssl rand -hex 32\``;
  }
  return null;
}
