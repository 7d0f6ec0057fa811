import type { TraceParent } from '../../domain/traceParent.js';

export type SpanFacts = Record<string, string | number | boolean>;

/** Who asks whom: `server` answers a request, `client` makes one, `producer` has something done later. */
export type SpanKind = 'server' | 'client' | 'producer';

export interface SpanStart {
  kind: SpanKind;
  name: string;
  /** Null: it begins a trace. */
  parent: TraceParent | null;
  /** Asked for only where spans are recorded. */
  facts: () => SpanFacts;
}

export interface SpanEnd {
  facts?: SpanFacts;
  /** What failed, in a word. */
  error?: string | undefined;
}

/** Something that takes time, from its begin to its end. */
export interface OpenSpan {
  /** The parent of what comes of it. Null: there is no trace. */
  readonly traceParent: TraceParent | null;
  /** Asked for only where spans are recorded. */
  end(how?: () => SpanEnd): void;
}

/** Traces of OpenTelemetry. */
export interface Tracing {
  begin(start: SpanStart): OpenSpan;
  /** Sends what was recorded, within a bound, and ends. */
  stop(): Promise<void>;
}

/** Records nothing; what a product gives is passed on as it came. */
export const noTracing: Tracing = {
  begin: ({ parent }) => ({ traceParent: parent, end: () => undefined }),
  stop: async () => undefined,
};
