import type { ApiClient, ShownDelivery } from './apiClient.js';

export interface CompletedImport {
  events: {
    id: string;
    type: string;
    rows: { choice: string; totalRows: number } | null;
    reason: string | null;
    deliveries: { id: string; endpointId: string }[];
  }[];
}

/** The lines of an upload: `{"n":…}` of each row, every third not valid. */
export function rowLines(count: number, first = 0): string {
  return Array.from({ length: count }, (_, place) => {
    const row = first + place;
    const valid = row % 3 === 2 ? ',"valid":false' : '';
    return `{"data":{"n":${row},"name":"Ada Lovelace ${row}"}${valid}}\n`;
  }).join('');
}

/** An import from its creation to its completion, as a product makes it. */
export async function importRows(
  client: ApiClient,
  wish: Record<string, unknown>,
  lines: string,
): Promise<CompletedImport & { id: string }> {
  const { id } = (await client.post('imports', wish)) as { id: string };
  await uploadRows(client, id, lines);
  const completed = (await client.post(`imports/${id}/complete`)) as CompletedImport;
  return { ...completed, id };
}

/** Throws where they are not all taken. */
async function uploadRows(client: ApiClient, id: string, lines: string): Promise<void> {
  const { status, text } = await client.call('POST', `imports/${id}/rows`, {
    body: lines,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  if (status !== 200) throw new Error(`${status} ${text}`);
}

/** The only delivery with rows of a completed import. */
export function onlyRun({ events }: CompletedImport): string {
  const [delivery, ...more] = events.flatMap(({ deliveries }) => deliveries);
  if (delivery === undefined || more.length > 0) throw new Error('Expected one delivery');
  return delivery.id;
}

export async function untilAllSent(
  client: ApiClient,
  deliveryId: string,
  withinMs = 60_000,
): Promise<ShownDelivery> {
  return await client.until(deliveryId, 'delivered', withinMs);
}
