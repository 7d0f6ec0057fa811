import { expect, it } from 'vitest';
import { openScene } from '../faults/openScene.js';
import { eventually } from '../setup/eventually.js';
import { metricsOf } from '../setup/metricsOf.js';
import { onlyDelivery } from './apiClient.js';

const has = (series: Map<string, number>, start: string): boolean =>
  [...series.keys()].some((name) => name.startsWith(start));

it(
  'every process tells its part: what was accepted, started, attempted, and what Temporal measures',
  { timeout: 240_000 },
  async (context) => {
    const scene = await openScene(context);
    const [api, worker] = await Promise.all([scene.start('api'), scene.start('dispatcher,worker')]);
    const client = await scene.client(api);
    scene.receiver.setScript((_, index) => (index === 0 ? { status: 503 } : {}));
    await client.createEndpoint(scene.receiver.url);
    const event = await client.send();
    await client.until(onlyDelivery(event), 'delivered');

    const accepting = await metricsOf(api.url);
    expect(accepting.get('everhook_submissions_total{outcome="accepted"}')).toBe(1);
    expect(accepting.get('everhook_accept_duration_seconds_count')).toBe(1);
    expect(has(accepting, 'everhook_attempts_total')).toBe(false);
    expect(has(accepting, 'temporal_')).toBe(false);

    const working = await eventually(
      async () => {
        const series = await metricsOf(worker.url);
        expect(series.get('everhook_outbox_rows')).toBe(0);
        return series;
      },
      { withinMs: 20_000, everyMs: 1_000 },
    );
    const attempts = (outcome: string) =>
      working.get(`everhook_attempts_total{outcome="${outcome}",lane="local"}`);
    expect([attempts('status'), attempts('success'), attempts('timed out')]).toEqual([1, 1, 0]);
    expect(working.get('everhook_attempt_duration_seconds_count{lane="local"}')).toBe(2);
    expect(working.get('everhook_first_attempt_delay_seconds_count')).toBe(1);
    expect(working.get('everhook_first_attempt_delay_seconds_sum')).toBeGreaterThan(0);
    const eager = 'everhook_workflow_starts_total{workflow="deliverEvent",eager="true"}';
    expect(working.get(eager)).toBe(1);
    expect(working.get('everhook_open_deliveries{state="retrying"}')).toBe(0);
    expect(has(working, 'temporal_request_total{')).toBe(true);
    // Named by the dashboard.
    expect(has(working, 'temporal_worker_task_slots_available{')).toBe(true);
    const firstAttempts =
      'temporal_local_activity_succeed_endtoend_latency_seconds_count{activity_type="attemptFirst"';
    expect(has(working, firstAttempts)).toBe(true);
    expect([...working.keys()].join('\n')).not.toMatch(/acme|127\.0\.0\.1|(evt|dlv|ep)_/);
  },
);
