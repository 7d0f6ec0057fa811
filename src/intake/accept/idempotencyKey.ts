/** What an idempotency key may be, as a header or in a line. */
export const idempotencyKeyPattern = /^[\x20-\x7e]{1,255}$/;
export const idempotencyKeyRule = 'An idempotency key is 1 to 255 printable ASCII characters';
