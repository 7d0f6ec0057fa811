/** Connection refused, reset, name not found: what Node says of a server that isn't there. */
const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);
/** Postgres is shutting down, starting or full (class 57P and 53300), or the connection broke (class 08). */
const stateCodes = /^(08...|57P0[1-3]|53300)$/;
/** The driver's own errors have no code. */
const driverMessages = /timeout exceeded when trying to connect|connection terminated/i;

/** Whether an error says that Postgres can't be reached just now, so that the same request may work later. */
export function isDatabaseAway(error: Error & { code?: string }): boolean {
  const code = error.code ?? '';
  return systemCodes.has(code) || stateCodes.test(code) || driverMessages.test(error.message);
}
