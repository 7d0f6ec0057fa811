import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';

/** Of opentelemetry/proto, what is read here. */
const schema = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
}
message Status { int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; List array_value = 5; }
}
message List { repeated AnyValue values = 1; }`;

const requestType = protobuf.parse(schema).root.lookupType('Request');

/** A span as it came over the wire, ids in hexadecimal. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  /** Empty: the root of its trace. */
  parentSpanId: string;
  name: string;
  /** 2: server, 3: client, 4: producer. */
  kind: number;
  facts: Record<string, unknown>;
  resource: Record<string, unknown>;
  /** 2: an error. */
  status: number;
  tookMs: number;
}

export interface TraceCollector {
  url: string;
  spans: CollectedSpan[];
  /** Requests are answered only after `true` again. */
  answers: boolean;
  close: () => Promise<void>;
}

/** A real collector of OTLP over HTTP, on a free port. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const held: (() => void)[] = [];
  let answering = true;
  const spans: CollectedSpan[] = [];
  const server: Server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      const answer = (): void => {
        if (isTraces) spans.push(...spansIn(body));
        response
          .writeHead(isTraces ? 200 : 404, { 'content-type': 'application/x-protobuf' })
          .end();
      };
      if (answering) answer();
      else held.push(answer);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get answers() {
      return answering;
    },
    set answers(value) {
      answering = value;
      if (value) for (const answer of held.splice(0)) answer();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; boolValue?: boolean; intValue?: string; doubleValue?: number } & {
    arrayValue?: { values: KeyValue['value'][] };
  };
}
interface RawSpan extends Pick<CollectedSpan, 'name' | 'kind'> {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  status: { code: number } | null;
}
interface RawRequest {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: RawSpan[] }[] }[];
}

function spansIn(body: Uint8Array): CollectedSpan[] {
  const decoded = requestType.toObject(requestType.decode(body), {
    ...{ bytes: String, longs: String, arrays: true, defaults: true, oneofs: false },
  }) as RawRequest;
  return decoded.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => collected(span, factsOf(resource.attributes))),
    ),
  );
}

function collected(span: RawSpan, resource: Record<string, unknown>): CollectedSpan {
  const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
  const { name, kind, startTimeUnixNano, endTimeUnixNano } = span;
  return {
    ...{ traceId: hex(span.traceId), spanId: hex(span.spanId), name, kind, resource },
    parentSpanId: hex(span.parentSpanId),
    facts: factsOf(span.attributes),
    status: span.status?.code ?? 0,
    tookMs: Number((BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1_000_000n),
  };
}

function factsOf(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: KeyValue['value']): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}
