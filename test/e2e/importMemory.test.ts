import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUpload } from '../api/imports/startUpload.js';
import { type ServiceProcess, startServiceProcess } from '../faults/startServiceProcess.js';
import { metricsOf } from '../setup/metricsOf.js';
import { createTestEnvironment, type TestEnvironment } from './testEnvironment.js';

const rowsOfBlock = 5_000;
const million = 1_000_000;
/** What Node keeps before it collects, whatever the length of the upload. */
const allowedGrowthBytes = 100 * million;

let environment: TestEnvironment;
let service: ServiceProcess;
let key: string;
beforeAll(async () => {
  environment = await createTestEnvironment();
  service = await startServiceProcess({ ...environment.settings, EVERHOOK_ROLES: 'api' });
  key = (await environment.clientOf(service.url, 'acme')).key;
}, 120_000);
afterAll(async () => {
  await service.end('SIGTERM');
  await environment.stop();
});

const block = Buffer.from(
  Array.from({ length: rowsOfBlock }, (_, n) => {
    const data = { n, email: `user${n}@example.com`, note: 'x'.repeat(150) };
    return `${JSON.stringify({ data })}\n`;
  }).join(''),
);

async function upload(bytes: number): Promise<number> {
  const path = '/v1/tenants/acme/imports';
  const authorization = `Bearer ${key}`;
  const made = await fetch(service.url + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{}',
  });
  const { id } = (await made.json()) as { id: string };
  const sending = startUpload({ url: service.url, key }, `${path}/${id}/rows`);
  for (let sent = 0; sent < bytes; sent += block.length) await sending.send(block);
  sending.end();
  const { json } = await sending.answered;
  return Number(json['stored']);
}

const residentBytes = async (): Promise<number> =>
  (await metricsOf(service.url)).get('process_resident_memory_bytes') ?? Number.NaN;

describe('the memory of a service', () => {
  it('does not grow with the length of an upload', { timeout: 120_000 }, async () => {
    await upload(20 * million);
    const before = await residentBytes();
    let most = before;
    const over = new AbortController();
    const uploaded = upload(100 * million).finally(() => over.abort());
    while (!over.signal.aborted) most = Math.max(most, await residentBytes());
    expect(await uploaded).toBe(Math.ceil((100 * million) / block.length) * rowsOfBlock);
    expect(most - before).toBeLessThan(allowedGrowthBytes);
  });
});
