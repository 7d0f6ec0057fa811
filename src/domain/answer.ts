/** What became of one HTTP request to a receiver. A receiver's failure is a value, never thrown. */
export interface Answer {
  outcome: 'success' | 'failure';
  /** The HTTP status, or null if no status line was understood in time. */
  status: number | null;
  /** Null on success. */
  failure: AnswerFailure | null;
  startedAtMs: number;
  durationMs: number;
  /** As received, `Retry-After` and `Content-Type` among them; values cut at 256 characters, 32 headers at most. */
  headers: Record<string, string>;
  /** The first bytes of the body as text (invalid UTF-8 replaced); bounded by `maxResponseBytes`. */
  body: string;
  bodyTruncated: boolean;
  /** More than its owner is told, for the operator's log alone: the system's error code and text. */
  operatorDetail: string | null;
}

/**
 * - `status`: a status other than 2xx; redirects are not followed and count here.
 * - `timed out`: no status within the endpoint's time-out.
 * - `unreachable`: name not found, address refused by policy, or connection refused. One value for all, so that a
 *   tenant can't probe the network behind the service.
 * - `tls failed`: the certificate or the handshake.
 * - `connection lost`: closed or reset before a status came.
 * - `invalid response`: what came is not HTTP.
 */
export const answerFailures = [
  'status',
  'timed out',
  'unreachable',
  'tls failed',
  'connection lost',
  'invalid response',
] as const;
export type AnswerFailure = (typeof answerFailures)[number];

/** The shortest text that says what came back: `503`, `timed out`. */
export function answerText(answer: Pick<Answer, 'status' | 'failure'>): string {
  return answer.status === null ? (answer.failure ?? 'no answer') : String(answer.status);
}

/** Standard Webhooks 1.0: any 2xx is success and nothing else is; redirects are not followed. */
export function isSuccessStatus(status: number | null): boolean {
  return status !== null && status >= 200 && status <= 299;
}
