/**
 * No whole answer came, after all tries: refused, name not found, timed out, broken off. Whether the last request had an
 * effect is unknown; a repeat with the same idempotency key is safe. `cause` is what the last try threw.
 */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(
    readonly url: string,
    readonly tries: number,
    cause: unknown,
  ) {
    const tried = tries === 1 ? 'once' : `${tries} times`;
    super(`No answer from ${new URL(url).origin} (tried ${tried}): ${reasonOf(cause)}`, { cause });
  }
}

/** OpenSSL's codes for a peer that answers in another way than TLS. */
const notTls = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** fetch says only "fetch failed", and why in the cause; an address tried twice gives an error of errors without a text. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (notTls.includes((error as NodeJS.ErrnoException).code ?? '')) {
    return 'it does not speak TLS; is it meant to be http:// instead of https://?';
  }
  if (error.cause !== undefined) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message;
}
