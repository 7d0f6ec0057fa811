import { expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { type Example, npmPackage } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';
import { verifyModule } from '../verifyModule.js';

const { service } = await useTestService();

const secret = 'a random string of ours';
const format = 'pulter';

const backend: Example = {
  ...{ name: 'pulter-express', path: '/rows', ...npmPackage },
  source: 'test/catalogs/pulter/receivers/express',
  start: [process.execPath, 'receiver.js'],
};

it(
  'a backend written for Pulter verifies and takes the rows of each event',
  { timeout: installTimeoutMs },
  async (context) => {
    const running = await startCustomerReceiver(backend, context, {
      ...{ secret, VERIFY_MODULE: verifyModule() },
    });
    const client = await service.clientOf('acme');
    const eventTypes = ['all', 'validData', 'invalidData'];
    await client.createEndpoint(running.url, { eventTypes, format, secret });
    const [ada, bob] = [{ name: 'Ada' }, { name: 'Bob' }];
    const given = { id: 'imp-7', templateId: 'contacts', metadata: { by: 'user-7' } };
    const sent: string[] = [];
    for (const [type, data] of [
      ['all', { ...given, rows: [ada, bob] }],
      ['validData', { ...given, rows: [ada] }],
      ['invalidData', { rows: [bob] }],
    ] as const) {
      const event = await client.send({ type, data });
      const { attempts } = await client.until(onlyDelivery(event), 'delivered');
      expect(attempts).toMatchObject([{ status: 200, responseBody: 'OK' }]);
      sent.push(event.id);
    }
    await eventually(() =>
      expect(running.output()).toContain(
        'all of imp-7: 1 of 1, 2 rows: Ada,Bob (contacts, by user-7)\n' +
          'validData of imp-7: 1 of 1, 1 rows: Ada (contacts, by user-7)\n' +
          `invalidData of ${sent[2]}: 1 of 1, 1 rows: Bob (no template, by nobody)\n`,
      ),
    );

    const other = await service.clientOf('other');
    const fields = { eventTypes, format, secret: 'another', retrySchedule: [] };
    await other.createEndpoint(running.url, fields);
    const event = await other.send({ type: 'all', data: { rows: [] } });
    const { attempts } = await other.until(onlyDelivery(event), 'failed');
    expect(attempts).toMatchObject([{ status: 401 }]);
  },
);
