import { describe, expect, it } from 'vitest';
import { useTestService } from '../../e2e/useTestService.js';
import { type Example, npmPackage, pythonProgram } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';

const { service } = await useTestService();

const source = 'test/catalogs/flow-sessions/receivers';
const session = { session_id: 'session-1', success: true, flow_name: 'Onboarding' };
const data = { technology_code: 'liveness' };
const timestamp = '2026-01-31T13:45:00.900Z';

interface FlowReceiver extends Example {
  /** What its handlers print of the four events. */
  prints: string[];
}

/** The handlers that the system's own guide gives its users, with what each does of its own. */
const receivers: FlowReceiver[] = [
  {
    ...{ name: 'flow-sessions-express', source: `${source}/express`, path: '/webhook' },
    ...npmPackage,
    start: [process.execPath, 'receiver.cjs'],
    prints: [
      'Event flow.start received for flow session: session-1',
      'handleFlowStart session-1 2026-01-31T13:45:00.000Z succeeded ONBOARDING 0 0',
      'handleTechnologyStart session-1 2026-01-31T13:45:00.000Z succeeded ONBOARDING 0 liveness',
      'handleTechnologyEnd session-1 2026-01-31T13:45:00.000Z failed ONBOARDING 0 liveness',
      'handleFlowEnd session-1 2026-01-31T13:45:00.000Z succeeded ONBOARDING 1 0',
    ],
  },
  {
    ...{ name: 'flow-sessions-fastapi', source: `${source}/fastapi`, path: '/webhook' },
    ...pythonProgram,
    start: ['.venv/bin/python', 'receiver.py'],
    prints: [
      'Flow has started: session-1',
      'Technology has started: liveness',
      'Technology has ended: liveness',
      'Flow has ended: session-1',
    ],
  },
];

describe('a receiver of flow sessions', () => {
  it.for(receivers)(
    '$name handles what is delivered',
    { timeout: installTimeoutMs },
    async (receiver, context) => {
      const running = await startCustomerReceiver(receiver, context);
      const client = await service.clientOf(receiver.name);
      const fields = { format: 'flow-sessions', scope: 'flow:onboarding' };
      await client.createEndpoint(running.url, fields);
      const attributes = { flow: 'onboarding' };
      for (const event of [
        { type: 'flow.start', data: session },
        { type: 'technology.start', data: { ...session, data } },
        { type: 'technology.end', data: { ...session, success: false, data } },
        { type: 'flow.end', data: { ...session, metadata: { user: 1 } } },
      ]) {
        const sent = { ...event, attributes, timestamp };
        const { deliveries } = await client.send(sent);
        const [delivery] = deliveries;
        const { attempts } = await client.until(String(delivery?.id), 'delivered');
        expect(attempts).toHaveLength(1);
      }
      await eventually(() => {
        for (const line of receiver.prints) expect(running.output()).toContain(line);
      });
    },
  );
});
