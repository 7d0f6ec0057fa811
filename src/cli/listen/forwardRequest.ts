import type { LocalAnswer, LocalRequest } from '../localReceiver.js';

/** As long as the temporary endpoint waits, less what this way takes. */
export const forwardTimeoutMs = 55_000;
const maxAnswerBytes = 65_536;

/** About the connection that they came over, not about the message (RFC 9110, section 7.6.1), or made anew by fetch. */
const ownHeaders = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];
const passedBack = ['content-type', 'retry-after'];

/**
 * Sends a request on to a local program, byte for byte and with its signature, and gives what that answers; 502 with the
 * reason where it doesn't.
 */
export async function forwardRequest(
  { headers, body }: LocalRequest,
  target: string,
): Promise<LocalAnswer> {
  const passedOn = Object.entries(headers).flatMap(([name, value]) =>
    ownHeaders.includes(name) ? [] : [[name, String(value)] as [string, string]],
  );
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: passedOn,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(forwardTimeoutMs),
    });
    const answered = new Uint8Array(await response.arrayBuffer()).subarray(0, maxAnswerBytes);
    const back = passedBack.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    });
    return { status: response.status, headers: Object.fromEntries(back), body: answered };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
    return { status: 502, body: `${target} did not answer: ${reason}` };
  }
}
