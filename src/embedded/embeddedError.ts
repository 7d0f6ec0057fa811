/** The embedded stack can't start or stop; the message says what to do. Shown without a stack trace. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}
