import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newUuid } from '../../src/store/newUuid.js';
import type { Pool } from '../../src/store/pool.js';
import { createSealer, parseEncryptionKeys } from '../../src/store/sealer.js';
import { secretContext } from '../../src/store/endpointSealing.js';
import { runCommand } from '../cli/commandLine.js';
import { onlyDelivery, type ApiClient } from '../e2e/apiClient.js';
import { verifySignature } from '../e2e/verifySignature.js';
import { builtDist } from '../setup/builtDist.js';
import { eventually } from '../setup/eventually.js';
import type { ReceivedRequest } from '../setup/receiver.js';
import { openScene, type Scene } from './openScene.js';
import { startRefused } from './startServiceProcess.js';

const [k1, k2] = ['k1', 'k2'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const keys = (...these: (string | undefined)[]) => ({
  EVERHOOK_ENCRYPTION_KEYS: these.join(','),
});
/** Enough for the command to be killed in the middle. */
const ballast = 40_000;

describe('changing the key that encrypts', () => {
  it('loses nothing, whoever is killed and whatever changes meanwhile', async (context) => {
    const scene = await openScene(context);
    const first = await scene.start(undefined, keys(k1));
    const before = await writeAllThatIsSealed(await scene.client(first), scene);
    await addBallast(scene.pool);
    expect(await reencrypt(scene, k2, k1)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not among those of process'),
    });
    await first.end('SIGTERM');

    const second = await scene.start(undefined, keys(k1, k2));
    expect(await reencrypt(scene, k2, k1)).toMatchObject({
      code: 1,
      err: expect.stringContaining('goes on sealing there'),
    });
    const other = `k2:${randomBytes(32).toString('base64')}`;
    expect((await reencrypt(scene, other, k1)).err).toContain('with these bytes, is not among');
    await second.end('SIGTERM');

    const third = await scene.start(undefined, keys(k2, k1));
    const product = await scene.client(third);
    const work = new AbortController();
    const secrets = new Set([before.secret]);
    const working = sendAndRotate(product, before.endpointId, secrets, work.signal);
    await killInTheMiddle(scene);
    const both = await Promise.all([reencrypt(scene, k2, k1), reencrypt(scene, k2, k1)]);
    for (const ended of both) {
      expect(ended, ended.err).toMatchObject({ code: 0 });
      expect(ended.out).toContain('"k1" may be removed');
    }
    work.abort();
    const sent = await working;
    expect(await textsWith(scene.pool, 'k1')).toEqual([]);
    expect(await textsWith(scene.pool, 'k2')).toEqual([
      'bodies.event_headers_sealed',
      'encryption_check.sealed',
      'endpoint_secrets.sealed',
      'endpoints.headers_sealed',
      'endpoints.url_query_sealed',
      'idempotency_keys.response_sealed',
      'imports.endpoint_sealed',
      'jwt_keys.secret_sealed',
    ]);
    await third.end('SIGTERM');

    const refused = await startRefused({ ...scene.settings, ...keys(k1) });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/lack what these texts are sealed with: \d{5} texts with "k2"/);
    const last = await scene.start(undefined, keys(k2));
    await usesAllThatWasSealed(await scene.client(last), scene, before);
    for (const id of sent) await (await scene.client(last)).until(id, 'delivered');
    for (const request of scene.receiver.requests) verifiesWithOneOf(request, secrets);
  }, 240_000);
});

interface Written {
  endpointId: string;
  secret: string;
  deliveryId: string;
  createdOnce: object;
  firstAnswer: string;
}

async function writeAllThatIsSealed(product: ApiClient, { receiver }: Scene): Promise<Written> {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLbGd';
  const { id } = await product.createEndpoint(`${receiver.url}/?token=in-query`, {
    headers: { 'X-Own': 'of the endpoint' },
    secret,
  });
  const createdOnce = {
    headers: { 'idempotency-key': 'once' },
    body: { url: `${receiver.url}/never?token=idle`, eventTypes: ['never.sent'] },
  };
  const { text: firstAnswer } = await product.call('POST', 'endpoints', createdOnce);
  await product.post('jwt-keys', {
    name: 'shared',
    algorithm: 'HS256',
    secret: 'a-secret-of-at-least-thirty-two-bytes',
  });
  await product.post('imports', {
    id: 'people',
    eventTypes: ['import.done'],
    endpoint: { url: `${receiver.url}/import?token=once`, secret },
  });
  const accepted = await product.send(
    JSON.stringify({ type: 'thing.done', data: {}, headers: { 'x-given': 'with the event' } }),
  );
  const deliveryId = onlyDelivery(accepted);
  await product.until(deliveryId, 'delivered');
  return { endpointId: id, secret, deliveryId, createdOnce, firstAnswer };
}

/** With another key alone: what was sealed long before is used as it was. */
async function usesAllThatWasSealed(
  product: ApiClient,
  { receiver }: Scene,
  { deliveryId, createdOnce, firstAnswer }: Written,
): Promise<void> {
  const again = await product.call('POST', 'endpoints', createdOnce);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(JSON.parse(again.text)).toEqual(withoutSecret(firstAnswer));
  await product.retry(deliveryId);
  await eventually(() => {
    const given = receiver.requests.filter(({ headers }) => headers['x-given'] !== undefined);
    expect(given).toHaveLength(2);
    expect(given[1]?.headers).toMatchObject({
      'x-given': 'with the event',
      'x-own': 'of the endpoint',
    });
    expect(given[1]?.url).toBe('/?token=in-query');
  });
  await product.post('imports/people/complete');
  await eventually(() => {
    expect(receiver.requests.map(({ url }) => url)).toContain('/import?token=once');
  });
}

function withoutSecret(text: string): object {
  const { secret: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return rest;
}

/** Ended secrets of an endpoint that is deleted. */
async function addBallast(pool: Pool): Promise<void> {
  const sealer = createSealer(parseEncryptionKeys(k1 ?? ''));
  const endpointId = newUuid();
  await pool.query(
    `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format, description,
       metadata, enabled, deleted_at)
     VALUES ($1, 'test', 'acme', 'https://example.com', '{*}', '{}', 'any', '{}', 'standard', '', '{}', true, now())`,
    [endpointId],
  );
  const owner = { environment: 'test', tenant: 'acme', endpointId } as const;
  const ids = Array.from({ length: ballast }, newUuid);
  await pool.query(
    `INSERT INTO endpoint_secrets (id, endpoint_id, version, sealed, expires_at)
     SELECT id, $1, version, sealed, now() FROM unnest($2::uuid[], $3::int[], $4::text[]) AS b(id, version, sealed)`,
    [
      endpointId,
      ids,
      ids.map((_, index) => index + 1),
      ids.map((id, index) => sealer.seal('whsec_MfKQ9r8G', secretContext(owner, id, index + 1))),
    ],
  );
}

/** Until told to stop: an event, a new secret for its endpoint, another query in its URL; gives the deliveries. */
async function sendAndRotate(
  product: ApiClient,
  endpointId: string,
  secrets: Set<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const sent: string[] = [];
  while (!signal.aborted) {
    sent.push(onlyDelivery(await product.send()));
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    secrets.add(secret);
    const rotation = { secret, overlapSeconds: 0 };
    await product.post(`endpoints/${endpointId}/secret/rotate`, rotation);
  }
  return sent;
}

async function killInTheMiddle({ settings }: Scene): Promise<void> {
  const program = join(await builtDist(), 'src', 'cli', 'everhook.js');
  const child = spawn(process.execPath, [program, 'secrets', 'reencrypt'], {
    env: { PATH: process.env['PATH'], ...settings, ...keys(k2, k1) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    if (text.includes('endpoint_secrets.sealed')) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
}

function reencrypt({ settings }: Scene, ...these: (string | undefined)[]) {
  return runCommand(['secrets', 'reencrypt'], { environment: { ...settings, ...keys(...these) } });
}

/** The columns of any table, listed or not, that have a text sealed with that key. */
async function textsWith(pool: Pool, keyId: string): Promise<string[]> {
  const { rows } = await pool.query<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2`,
  );
  const found: string[] = [];
  for (const { table, column } of rows) {
    const { rowCount } = await pool.query(
      `SELECT FROM "${table}" WHERE "${column}"::text LIKE $1 LIMIT 1`,
      [`%v1.${keyId}.%`],
    );
    if ((rowCount ?? 0) > 0) found.push(`${table}.${column}`);
  }
  return found;
}

function verifiesWithOneOf(request: ReceivedRequest, secrets: ReadonlySet<string>): void {
  const fits = [...secrets].some((secret) => {
    try {
      verifySignature(request, secret);
      return true;
    } catch {
      return false;
    }
  });
  expect(fits, JSON.stringify(request.headers)).toBe(true);
}
