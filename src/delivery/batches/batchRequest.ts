import { batchIdOf } from '../../domain/imports/batchId.js';
import { openTarget, secretContext } from '../../store/endpointSealing.js';
import type { BatchSituation } from '../../store/batchSituation.js';
import type { Sealer } from '../../store/sealer.js';
import { composeRequest, type ComposedRequest } from '../composeRequest.js';
import type { BatchBody } from './batchBodies.js';

/** A batch's request, signed as any delivery's is. */
export function batchRequest(
  sealer: Sealer,
  run: BatchSituation,
  body: BatchBody,
): ComposedRequest {
  const { endpoint } = run;
  const target = openTarget(sealer, run, endpoint);
  return composeRequest({
    webhookId: batchIdOf(run.id, body.number),
    url: target.url,
    body: body.bytes,
    contentType: body.contentType,
    formatHeaders: body.headers,
    customHeaders: target.headers,
    secrets: endpoint.secrets.map(({ id, version, sealed }) =>
      sealer.open(sealed, secretContext(run, id, version)),
    ),
    signatures: endpoint.signatures,
    nowMs: Date.now(),
  });
}
