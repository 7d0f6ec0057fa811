import type { z } from 'zod';
import { refuseFormatThatIsOff } from '../catalogs/endpointRules.js';
import { composeRequest } from '../delivery/composeRequest.js';
import type { TenantRef } from '../domain/refs.js';
import type { EndpointDefinition } from '../store/endpointDefinition.js';
import { readEventType } from '../store/eventTypes.js';
import type { ApiDeps } from './apiDeps.js';
import { readCatalogsOn } from './readCatalogsOn.js';
import { renderSample } from './renderSample.js';
import { endpointDefaults } from './schemas/endpointFields.js';
import type { endpointTestShown } from './schemas/endpointTestSchemas.js';

/** A person waits for the answer, so a test never takes as long as some endpoints allow. */
const maxTestTimeoutMs = 30_000;

/** Where a test goes: an endpoint that is stored, or one that may yet be. */
export interface TestTarget
  extends
    TenantRef,
    Pick<EndpointDefinition, 'url' | 'format' | 'signatures' | 'headers' | 'timeoutMs'> {
  /** The bare UUID; null: not stored. */
  endpointId: string | null;
  /** Those that sign, newest first. */
  secrets: readonly string[];
}

/**
 * Sends a sample of the type as a delivery would be sent: in the format, with headers and signature, under a
 * webhook-id that no event has. One attempt, recorded nowhere but in the log.
 */
export async function sendTest(
  { pool, sender, log, settings }: ApiDeps,
  target: TestTarget,
  eventType: string,
): Promise<z.output<typeof endpointTestShown>> {
  const { environment, tenant, endpointId } = target;
  const [type, catalogs] = await Promise.all([
    readEventType(pool, environment, eventType),
    readCatalogsOn(pool, environment),
  ]);
  if (endpointId === null) refuseFormatThatIsOff(target.format, catalogs);
  const declared = type?.sample ?? null;
  const nowMs = Date.now();
  const { cloudEventsSource } = settings;
  const surroundings = { catalogs, nowMs, cloudEventsSource };
  const sample = renderSample(target.format, { eventType, declared }, surroundings);
  const { webhookId } = sample;
  const request = composeRequest({
    webhookId,
    url: target.url,
    body: sample.body,
    contentType: sample.contentType,
    formatHeaders: sample.headers,
    customHeaders: target.headers,
    secrets: target.secrets,
    signatures: target.signatures,
    nowMs,
  });
  const timeoutMs = Math.min(target.timeoutMs ?? endpointDefaults.timeoutMs, maxTestTimeoutMs);
  const answer = await sender.send({ ...request, timeoutMs });
  const { outcome, status, failure, durationMs, operatorDetail } = answer;
  log.info(
    {
      environment,
      tenant,
      endpointId,
      webhookId,
      outcome,
      status,
      failure,
      durationMs,
      operatorDetail,
    },
    'endpoint tested',
  );
  return {
    webhookId,
    eventType,
    outcome,
    status,
    failure,
    startedAt: new Date(answer.startedAtMs).toISOString(),
    durationMs: Math.round(durationMs),
    responseHeaders: answer.headers,
    responseBody: answer.body,
    responseTruncated: answer.bodyTruncated,
  };
}
