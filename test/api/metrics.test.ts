import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permitMetrics } from '../../src/api/permitMetrics.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { metricsOf, parseMetrics } from '../setup/metricsOf.js';
import { maxBodyBytes, startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api.stop();
});

const events = '/v1/tenants/acme/events';
const outcomes = ['accepted', 'replayed', 'refused', 'failed'] as const;

async function submissions(): Promise<Record<string, number | undefined>> {
  const series = await metricsOf(api.url);
  const name = (outcome: string) => `everhook_submissions_total{outcome="${outcome}"}`;
  return Object.fromEntries(outcomes.map((outcome) => [outcome, series.get(name(outcome))]));
}

describe('metrics', () => {
  it('are text of Prometheus, without an API key', async () => {
    const { status, headers, text } = await api.call('GET', '/metrics', { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(parseMetrics(text).get('everhook_submissions_total{outcome="failed"}')).toBe(0);
  });

  it('count each submission once, by what became of it', async () => {
    const before = await submissions();
    const event = { type: 'a.b', data: {} };
    const headers = { 'idempotency-key': 'k-1' };
    await api.call('POST', events, { body: event });
    await api.call('POST', events, { body: event, headers });
    await api.call('POST', events, { body: event, headers });
    await api.call('POST', events, { body: { ...event, data: 1 }, headers });
    await api.call('POST', events, { body: '{' });
    const lines = [event, { ...event, idempotencyKey: 'k-2' }, { ...event, idempotencyKey: 'k-2' }];
    await api.call('POST', `${events}/bulk`, {
      body: [...lines, { type: 7 }].map((line) => JSON.stringify(line)).join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const after = await submissions();
    const counted = outcomes.map((outcome) => [
      outcome,
      (after[outcome] ?? 0) - (before[outcome] ?? 0),
    ]);
    expect(Object.fromEntries(counted)).toEqual({
      ...{ accepted: 4, replayed: 2, refused: 3, failed: 0 },
    });
    const series = await metricsOf(api.url);
    expect(series.get('everhook_accept_duration_seconds_count')).toBe(2);
  });

  it('count requests by route, without the ids and names in their paths', async () => {
    await api.call('GET', '/v1/tenants/a-tenant-of-its-own/events');
    await api.call('GET', '/no/such/path');
    const series = await metricsOf(api.url);
    const requests = (labels: string) => series.get(`everhook_http_requests_total{${labels}}`);
    expect(
      requests('method="GET",route="/v1/tenants/:tenant/events",status="2xx"'),
    ).toBeGreaterThanOrEqual(1);
    expect(requests('method="GET",route="none",status="4xx"')).toBeGreaterThanOrEqual(1);
    expect(requests('method="POST",route="/v1/tenants/:tenant/events",status="4xx"')).toBe(2);
    expect([...series.keys()].join('\n')).not.toMatch(/a-tenant-of-its-own|no\/such|acme/);
  });
});

describe('who may read the metrics', () => {
  const from = (ip: string, authorization?: string) => ({ ip, headers: { authorization } });

  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('the machine: %s', (ip) => {
    expect(() => permitMetrics(from(ip), undefined)).not.toThrow();
  });

  it.each(['10.0.0.7', '::ffff:10.0.0.7', '2001:db8::1', '128.0.0.1'])('not %s', (ip) => {
    expect(() => permitMetrics(from(ip), undefined)).toThrow(/EVERHOOK_METRICS_TOKEN/);
  });

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'])(
    'not who asks a proxy on the machine, told by %s',
    async (name) => {
      const headers = { [name]: '203.0.113.7' };
      const { status, json } = await api.call('GET', '/metrics', { key: null, headers });
      expect([status, json['code']]).toEqual([403, 'forbidden']);
    },
  );

  it('with a token set whoever has it, and nobody else', async () => {
    const token = 'prometheus-0123456789';
    const settings = {
      ...loadConfig({ EVERHOOK_METRICS_TOKEN: token }),
      maxBodyBytes,
      cloudEventsSource: '/test',
    };
    const guarded = await startTestApi({ settings });
    const read = (key: string | null) => guarded.call('GET', '/metrics', { key });
    expect((await read(token)).status).toBe(200);
    for (const key of [null, `${token}0`, token.slice(1), guarded.key]) {
      const { status, json } = await read(key);
      expect([status, json['code']]).toEqual([401, 'unauthorized']);
    }
    expect(() => permitMetrics(from('10.0.0.7', `Bearer ${token}`), token)).not.toThrow();
    const shown = await guarded.call('GET', '/v1/settings');
    expect(shown.text).not.toContain(token);
    await guarded.stop();
  });
});
