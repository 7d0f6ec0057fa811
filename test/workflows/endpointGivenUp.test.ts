import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { openDrainScene } from './drainScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({
    settings: {
      EVERHOOK_CIRCUIT_FAILURES: '3',
      EVERHOOK_FIRST_PROBE_MS: '200',
      EVERHOOK_MAX_PROBE_MS: '200',
      EVERHOOK_DISABLE_AFTER_HOURS: '10',
    },
  });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

interface Told {
  type: string;
  data: { endpoint: { id: string }; [member: string]: unknown };
}

it('an endpoint that fails for too long is warned of, then disabled, and told of when it is back', async () => {
  const product = await startReceiver();
  await engine.makeEndpoint({ url: product.url, tenant: operationalTenant });
  const told = (): Told[] =>
    product.requests.map(({ body }) => JSON.parse(body.toString()) as Told);
  const scene = await openDrainScene(engine, () => ({ status: 503 }));
  await scene.send(4);
  await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
  await scene.untilStates({ queued: 4 });
  expect(told()).toEqual([]);

  await scene.set(`circuit_opened_at = now() - interval '2 hours 1 minute'`);
  const [warning] = await product.waitFor(1, 20_000).then(told);
  expect(warning).toMatchObject({
    type: 'everhook.endpoint.failing',
    data: { endpoint: { id: `ep_${scene.endpointId}`, tenant: scene.tenant }, lastAnswer: '503' },
  });

  await scene.set(
    `circuit_opened_at = now() - interval '10 hours', warned_at = now() - interval '8 hours'`,
  );
  const [, disabled] = await product.waitFor(2, 20_000).then(told);
  expect(disabled).toMatchObject({
    type: 'everhook.endpoint.disabled',
    data: { endpoint: { id: `ep_${scene.endpointId}` }, reason: 'failing', lastAnswer: '503' },
  });
  await scene.send(2);
  expect(await scene.states()).toEqual({ queued: 6 });
  const { rows } = await engine.pool.query<{ reason: string; enabled: boolean }>(
    'SELECT disabled_reason AS reason, enabled FROM endpoints WHERE id = $1',
    [scene.endpointId],
  );
  expect(rows).toEqual([{ reason: 'failing', enabled: false }]);
  const attempts = scene.receiver.requests.length;

  scene.receiver.setScript(() => ({}));
  const { tenant, endpointId } = scene;
  await engine.intake.enableEndpoint({ environment: 'test', tenant, endpointId }, byTest);
  await scene.untilStates({ delivered: 6 });
  expect(scene.receiver.requests).toHaveLength(attempts + 6);
  const [, , recovered] = await product.waitFor(3, 20_000).then(told);
  expect(recovered).toMatchObject({
    type: 'everhook.endpoint.recovered',
    data: { endpoint: { id: `ep_${scene.endpointId}` }, from: 'disabled', reason: 'failing' },
  });
  await product.close();
  await scene.receiver.close();
});

it('an endpoint that answers after the warning is told of, and stays enabled', async () => {
  const scene = await openDrainScene(engine, () => ({ status: 503 }));
  await scene.send(4);
  await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
  await scene.untilStates({ queued: 4 });
  const raised = async (): Promise<string[]> => {
    const { rows } = await engine.pool.query<{ type: string }>(
      `SELECT type FROM events JOIN event_data ON event_id = id WHERE tenant = $1 AND data::json -> 'endpoint' ->> 'id' = $2 ORDER BY id`,
      [operationalTenant, `ep_${scene.endpointId}`],
    );
    return rows.map(({ type }) => type);
  };
  await scene.set(`circuit_opened_at = now() - interval '3 hours'`);
  await eventually(async () => expect(await raised()).toEqual(['everhook.endpoint.failing']), {
    withinMs: 20_000,
  });
  scene.receiver.setScript(() => ({}));
  await scene.untilStates({ delivered: 4 });
  await eventually(
    async () =>
      expect(await raised()).toEqual(['everhook.endpoint.failing', 'everhook.endpoint.recovered']),
    { withinMs: 20_000 },
  );
  await scene.receiver.close();
});
