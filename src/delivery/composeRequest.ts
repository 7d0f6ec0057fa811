import type { SignatureName } from '../domain/signing/signatureNames.js';
import { signatureHeaders } from './signing/signatures.js';

/** What is sent, whoever asked for it: an attempt of a delivery, or a test of an endpoint. */
export interface RequestParts {
  webhookId: string;
  url: string;
  body: string | Uint8Array;
  contentType: string;
  /** Headers of the format. */
  formatHeaders: Record<string, string>;
  customHeaders: Record<string, string>;
  /** Null or absent: the request carries none, but for one among the custom headers. */
  traceParent?: string | null;
  /** Those that sign, newest first; none: unsigned. */
  secrets: readonly string[];
  /** Made beside that of Standard Webhooks. */
  signatures: readonly SignatureName[];
  nowMs: number;
}

export interface ComposedRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** The request with its headers; signed anew each time, since the timestamp is part of what is signed. */
export function composeRequest(parts: RequestParts): ComposedRequest {
  const { webhookId, body, secrets } = parts;
  const timestampSeconds = Math.floor(parts.nowMs / 1_000);
  const own = {
    ...parts.formatHeaders,
    'content-type': parts.contentType,
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestampSeconds),
    ...(parts.traceParent != null && { traceparent: parts.traceParent }),
    ...signatureHeaders({ id: webhookId, timestampSeconds, body, secrets }, parts.signatures),
  };
  return { url: parts.url, headers: { ...without(parts.customHeaders, own), ...own }, body };
}

/** A customer's header never stands beside one of ours of the same name, however it is written. */
function without(headers: Record<string, string>, own: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !Object.hasOwn(own, name.toLowerCase())),
  );
}
