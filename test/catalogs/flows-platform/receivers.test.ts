import { expect, it } from 'vitest';
import { startTestService } from '../../e2e/startTestService.js';
import { type Example, npmPackage } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';
import { verifyModule } from '../verifyModule.js';
import { commentState, payload, state } from './payloads.js';

/** The one that the system's guide gives as an example. */
const secret = '12345678';

const receiver: Example = {
  ...{ name: 'flows-platform-express', path: '/webhook', ...npmPackage },
  source: 'test/catalogs/flows-platform/receivers/express',
  start: [process.execPath, 'receiver.js'],
};

it(
  'a receiver of the platform verifies by the documented recipe, under a secret of eight digits',
  { timeout: installTimeoutMs },
  async (context) => {
    const running = await startCustomerReceiver(receiver, context, {
      ...{ secret, VERIFY_MODULE: verifyModule() },
    });
    const service = await startTestService();
    context.onTestFinished(() => service.stop());
    const client = await service.clientOf('acme');
    await client.createEndpoint(running.url, { format: 'flows-platform', secret });
    await client.createEndpoint(running.url, {
      ...{ format: 'flows-platform', secret: '87654321', eventTypes: ['project.*'] },
      retrySchedule: [],
    });
    const timestamp = '2026-01-31T13:45:00Z';
    const comment = { entityKey: 'flows/comments', entityComments: [1, 2] };
    const oldValue = commentState('Helo');
    for (const event of [
      { type: 'packet.created', data: payload({}, { value: state('A') }) },
      {
        type: 'packet.updated',
        data: payload(
          {},
          { value: state('B'), oldValue: state('A'), updateMask: ['properties.name'] },
        ),
      },
      { type: 'user.deleted', data: payload({}, { value: state('C'), oldValue: state('C') }) },
      {
        type: 'packet_comment.created',
        data: payload(comment, { value: commentState('Helo') }),
      },
      {
        type: 'packet_comment.updated',
        data: payload(comment, {
          ...{ value: commentState('Hello', 'comments/0'), oldValue, updateMask: ['content'] },
        }),
      },
    ]) {
      const { deliveries } = await client.send({ ...event, timestamp });
      await client.until(String(deliveries[0]?.id), 'delivered');
    }
    const at = '2026-01-31T13:45:00.000Z';
    await eventually(() => {
      for (const line of [
        `entity id-1 created of organization-1 at ${at} new -> A none`,
        `entity id-1 updated of organization-1 at ${at} A -> B properties.name`,
        `entity id-1 deleted of organization-1 at ${at} C -> C none`,
        'comment created new -> Helo none top 0 false 2',
        'comment updated Helo -> Hello content 10 0 false 2',
      ]) {
        expect(running.output()).toContain(line);
      }
    });

    const project = await client.send({
      type: 'project.created',
      data: payload({}, { value: state('P') }),
    });
    const states = await Promise.all(
      project.deliveries.map(({ id }) =>
        eventually(async () => {
          const delivery = await client.delivery(id);
          expect(['delivered', 'failed']).toContain(delivery.state);
          return delivery.attempts[0]?.status;
        }),
      ),
    );
    expect(states.map(Number).toSorted((a, b) => a - b)).toEqual([204, 401]);
  },
);
