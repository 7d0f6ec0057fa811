/** Version, trace id, parent id and flags of W3C's `traceparent`; a later version may go on after a dash. */
const shape =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A `traceparent` (W3C Trace Context) by its parts. */
export interface TraceParent {
  traceId: string;
  spanId: string;
  flags: number;
}

/** Null: none, or one to be passed over, as the standard has it of what is malformed. */
export function parseTraceParent(text: string | null | undefined): TraceParent | null {
  const [, version, traceId, spanId, flags, rest] = shape.exec(text?.trim() ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === '00' && rest !== undefined) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** As a header of version 00, of whose flags only `sampled` means the same in all. */
export function showTraceParent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-0${flags & 1}`;
}
