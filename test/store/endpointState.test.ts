import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setEnabled } from '../../src/store/endpointState.js';
import { insertEndpoint, openStore, type StoreScene } from './storeScene.js';
import { byTest } from '../setup/byTest.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

async function enabledAfter(change: string): Promise<object | undefined> {
  const endpointId = await insertEndpoint(store.pool);
  await store.pool.query(`UPDATE endpoints SET ${change} WHERE id = $1`, [endpointId]);
  await setEnabled(store.pool, { environment: 'test', tenant: 'acme', endpointId }, true, byTest);
  const { rows } = await store.pool.query<object>(
    `SELECT enabled, circuit_opened_at IS NULL AS closed, consecutive_failures AS failures,
       reopened_at IS NOT NULL AS ramped FROM endpoints WHERE id = $1`,
    [endpointId],
  );
  return rows[0];
}

describe('an endpoint that its owner enables', () => {
  it.each([
    ['was disabled', `enabled = false, disabled_reason = 'failing', disabled_at = now()`],
    ['is down', 'circuit_opened_at = now(), consecutive_failures = 10, failing_since = now()'],
  ])('and that %s begins anew, with a ramp', async (_, change) => {
    expect(await enabledAfter(change)).toEqual({
      ...{ enabled: true, closed: true, failures: 0, ramped: true },
    });
  });

  it('and that was sent to all the while is not slowed down', async () => {
    expect(await enabledAfter('consecutive_failures = 1')).toEqual({
      ...{ enabled: true, closed: true, failures: 0, ramped: false },
    });
  });
});
