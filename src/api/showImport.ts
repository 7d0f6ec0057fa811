import type { z } from 'zod';
import { showId } from '../domain/ids.js';
import { isFinal } from '../domain/words.js';
import { openImportEndpoint, type ImportRecord, type ListedImport } from '../store/imports.js';
import type { ImportDelivery } from '../store/readImportDeliveries.js';
import type { Sealer } from '../store/sealer.js';
import type { importShown, importSummary } from './schemas/importSchemas.js';
import { spliceJson } from './spliceJson.js';

/** As lists show it. */
export function showImportSummary(
  sealer: Sealer,
  record: ListedImport,
): z.input<typeof importSummary> {
  const { rowCount, validCount, byteCount, rowsExpiredAt } = record;
  const endpoint = openImportEndpoint(sealer, record);
  return {
    id: record.name,
    tenant: record.tenant,
    state: record.state,
    paused: record.paused,
    attributes: record.attributes,
    metadata: record.metadata,
    eventTypes: record.eventTypes,
    endpoint: endpoint && { url: endpoint.url, format: endpoint.format ?? 'standard' },
    batchSize: record.batchSize,
    keepRows: record.keepRows,
    rows: {
      total: rowCount,
      valid: validCount,
      invalid: rowCount - validCount,
      bytes: byteCount,
      expiredAt: rowsExpiredAt?.toISOString() ?? null,
    },
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    completedAt: record.completedAt?.toISOString() ?? null,
  };
}

/** The whole, as JSON text: its data stays byte for byte. */
export function showImport(
  sealer: Sealer,
  record: ImportRecord,
  deliveries: readonly ImportDelivery[],
): string {
  const paused = deliveries.some((one) => one.paused && !isFinal(one.state));
  const shown: Omit<z.input<typeof importShown>, 'data'> = {
    ...showImportSummary(sealer, { ...record, paused }),
    deliveries: deliveries.map(showDelivery),
  };
  return spliceJson(shown, { data: record.data ?? 'null' });
}

function showDelivery({
  id,
  endpointId,
  dueAt,
  ...delivery
}: ImportDelivery): z.input<typeof importShown>['deliveries'][number] {
  return {
    id: showId('delivery', id),
    endpointId: showId('endpoint', endpointId),
    ...delivery,
    nextAttemptAt: dueAt?.toISOString() ?? null,
  };
}
