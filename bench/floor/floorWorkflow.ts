import { proxyLocalActivities } from '@temporalio/workflow';

const { attemptFirst } = proxyLocalActivities<{ attemptFirst(eventId: string): Promise<void> }>({
  startToCloseTimeout: '30s',
});

/** The floor: one local activity that does nothing. Named as the service's workflow, so that it is started the same way. */
export async function deliverEvent(eventId: string): Promise<void> {
  await attemptFirst(eventId);
}
