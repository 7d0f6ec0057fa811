import { errors } from 'undici';
import type { AnswerFailure } from '../domain/answer.js';
import { ConnectError } from './connectError.js';

/** Ours: this process has no more of something, was told to send what can't be sent, or is closing. */
const ownCodes = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EAI_MEMORY',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/**
 * How an error before a status is reported; null where it is ours and to be thrown. What is unknown counts as the
 * receiver's: thrown, it would be sent again and again outside of any schedule.
 *
 * A kept-alive connection that the receiver closes in the moment it is used again is `connection lost` like any
 * other. Sending once more within the attempt would be quicker, but from here a request that was never read can't be
 * told from one that was acted on, and what is sent twice must be visible as an attempt of its own.
 */
export function answerFailure(error: Error): AnswerFailure | null {
  if (error instanceof ConnectError) return error.failure;
  if (isOurs(error)) return null;
  const code = codeOf(error);
  if (/^ERR_(SSL|TLS)_/.test(code)) return 'tls failed';
  if (error instanceof errors.HTTPParserError) return 'invalid response';
  // A system error has an `errno`; undici says "bad response" and "bad upgrade" of what isn't HTTP.
  const lost = code === 'UND_ERR_SOCKET' ? !error.message.startsWith('bad ') : 'errno' in error;
  return lost ? 'connection lost' : 'invalid response';
}

/**
 * An error before there was a connection, with what it means; one of ours is returned as it is. System errors of
 * `getaddrinfo` and `connect` come before TLS, what comes later is the handshake's.
 */
export function connectFailure(error: Error, protocol: string): Error {
  if (error instanceof ConnectError || isOurs(error)) return error;
  const inHandshake = protocol === 'https:' && !isBeforeTls(error);
  const timedOut = codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT';
  const failure = timedOut ? 'timed out' : inHandshake ? 'tls failed' : 'unreachable';
  return new ConnectError(failure, errorText(error), { cause: error });
}

/** For the operator's log: the codes and texts of an error, or of those it gathers; 500 characters at most. */
export function errorText(error: Error): string {
  const texts = gathered(error).map((one) => {
    const code = codeOf(one);
    return one.message.includes(code) ? one.message : `${code}: ${one.message}`;
  });
  return texts.join('; ').slice(0, 500);
}

/** An `AggregateError` stands for the tries at each address of a name. */
function gathered(error: Error): Error[] {
  return error instanceof AggregateError && error.errors.length > 0
    ? error.errors.filter((one) => one instanceof Error)
    : [error];
}

function isOurs(error: Error): boolean {
  return gathered(error).some((one) => ownCodes.has(codeOf(one)));
}

function isBeforeTls(error: Error): boolean {
  return gathered(error).every(
    (one) => 'syscall' in one && (one.syscall === 'connect' || one.syscall === 'getaddrinfo'),
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
