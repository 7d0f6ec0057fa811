import { setTimeout as sleep } from 'node:timers/promises';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { packageVersion } from '../../config/packageVersion.js';
import type { Role } from '../../config/settings.js';
import type { TraceParent } from '../../domain/traceParent.js';
import type { Log } from '../log.js';
import { otelLog } from './otelLog.js';
import type { OpenSpan, SpanEnd, SpanKind, Tracing } from './tracing.js';

/** For sending what is left when the process ends. */
const flushMs = 5_000;

const kinds: Record<SpanKind, OtelKind> = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
};

/**
 * Spans to a collector by OTLP over HTTP. Sampler, queue and limits are those of OpenTelemetry's own variables, which its
 * library reads. Unless they say otherwise, 2,048 ended spans wait at most, and what is more is dropped.
 */
export function createOtelTracing({
  endpoint,
  roles,
  log,
}: {
  endpoint: string;
  roles: readonly Role[];
  log: Log;
}): Tracing {
  diag.setLogger(otelLog(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'everhook',
      'service.version': packageVersion,
      'everhook.roles': [...roles],
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  const tracer = provider.getTracer('everhook', packageVersion);
  return {
    begin({ kind, name, parent, facts }) {
      const context = contextOf(parent);
      return openSpan(tracer.startSpan(name, { kind: kinds[kind], attributes: facts() }, context));
    },
    async stop() {
      // What a collector that is away would have got is lost; it must not hold up the end.
      await Promise.race([provider.shutdown(), sleep(flushMs, undefined, { ref: false })]);
    },
  };
}

function contextOf(parent: TraceParent | null): Context {
  if (parent === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

function openSpan(span: Span): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceParent: { traceId, spanId, flags: traceFlags },
    end(how) {
      if (how !== undefined && span.isRecording()) describeEnd(span, how());
      span.end();
    },
  };
}

function describeEnd(span: Span, { facts = {}, error }: SpanEnd): void {
  span.setAttributes(facts);
  if (error === undefined) return;
  span.setAttribute('error.type', error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
