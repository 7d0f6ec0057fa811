import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeRequest } from '../../src/delivery/composeRequest.js';
import { generateSecret } from '../../src/delivery/signing/generateSecret.js';
import { onlyDelivery } from '../e2e/apiClient.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { eventually } from '../setup/eventually.js';
import { examples, installExample } from './installExample.js';
import { startExample } from './startExample.js';

/** The first run installs from the registries. */
const timeoutMs = 300_000;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.stop();
});

const body = '{"type":"order.paid","timestamp":"2026-01-01T00:00:00Z","data":{"text":"Grüße 🎉"}}';

/** A request as Everhook sends it. */
function signed(changes: { secret: string; nowMs?: number; sentBody?: string | Uint8Array }) {
  const { headers } = composeRequest({
    webhookId: 'evt_by_hand',
    url: 'https://hooks.example.com/',
    body,
    contentType: 'application/json',
    formatHeaders: {},
    customHeaders: {},
    secrets: [changes.secret],
    signatures: [],
    nowMs: changes.nowMs ?? Date.now(),
  });
  return { headers: { ...headers }, body: changes.sentBody ?? body };
}

describe('the receivers of examples/', () => {
  it.for(examples)(
    '$name takes what Everhook delivers and refuses what it did not send',
    { timeout: timeoutMs },
    async (example, context) => {
      const installed = await installExample(example);
      const folder = 'skip' in installed ? context.skip(installed.skip) : installed.folder;
      const secret = generateSecret();
      const receiver = await startExample(example, folder, secret);
      context.onTestFinished(() => receiver.end());

      const client = await service.clientOf(`tenant-${example.name}`);
      await client.createEndpoint(receiver.url, { secret });
      const event = await client.send({ type: 'order.paid', data: { text: 'Grüße 🎉', n: 7 } });
      const { attempts } = await client.until(onlyDelivery(event), 'delivered');
      expect(attempts).toHaveLength(1);

      const minute = 60_000;
      const refused = {
        'another body': signed({ secret, sentBody: body.replace('paid', 'void') }),
        'a body that is no text': signed({ secret, sentBody: Uint8Array.of(0xff, 0xfe) }),
        'no body': signed({ secret, sentBody: '' }),
        'another secret': signed({ secret: generateSecret() }),
        'an old timestamp': signed({ secret, nowMs: Date.now() - 6 * minute }),
        'a timestamp ahead': signed({ secret, nowMs: Date.now() + 6 * minute }),
        'no signature': { headers: {}, body },
      };
      const answers: Record<string, number> = {};
      for (const [what, { headers, body: sent }] of Object.entries(refused)) {
        answers[what] = await receiver.post(headers, sent);
      }
      const malformed = signed({ secret });
      malformed.headers['webhook-signature'] = 'nonsense v1,!';
      answers['a signature that is none'] = await receiver.post(malformed.headers, body);
      expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((what) => [what, 401])));

      const genuine = signed({ secret, nowMs: Date.now() - 4 * minute });
      expect(await receiver.post(genuine.headers, body)).toBe(204);
      await eventually(() => {
        const taken = [...receiver.output().matchAll(/received (\S+) (\S+)/g)];
        expect(taken.map(([, id, type]) => [id, type])).toEqual([
          [event.id, 'order.paid'],
          ['evt_by_hand', 'order.paid'],
        ]);
      });
    },
  );
});
