import { taskQueues } from '../../contract/temporal.js';
import {
  createTemporalInspector,
  type TemporalInspector,
} from '../../temporal/temporalInspector.js';
import { ok, problem, skipped, warning, type Finding } from './finding.js';

/** Of a day's trouble, the next day still shows what happened. */
const leastRetentionHours = 24;

/** The Temporal server: whether it answers, its namespace, search attributes, and the workers at its queues. */
export async function* checkTemporal(address: string, namespace: string): AsyncGenerator<Finding> {
  const temporal = createTemporalInspector(address, namespace);
  try {
    const answers = await checkNamespace(temporal, address, namespace);
    yield answers;
    if (answers.state !== 'ok') return;
    yield await checkRetention(temporal, namespace);
    yield await checkSearchAttributes(temporal);
    yield await checkWorkers(temporal);
  } finally {
    await temporal.close();
  }
}

async function checkNamespace(
  temporal: TemporalInspector,
  address: string,
  namespace: string,
): Promise<Finding> {
  try {
    return (await temporal.hasNamespace())
      ? ok('Temporal', `answers at ${address}, namespace ${namespace}`)
      : problem(
          'Temporal',
          `has no namespace ${namespace}`,
          `Make it: temporal operator namespace create --namespace ${namespace}. Or set TEMPORAL_NAMESPACE.`,
        );
  } catch (error) {
    return problem(
      'Temporal',
      `does not answer at ${address}: ${(error as Error).message}`,
      'Start it, or correct TEMPORAL_ADDRESS. Events are accepted meanwhile and wait.',
    );
  }
}

async function checkRetention(temporal: TemporalInspector, namespace: string): Promise<Finding> {
  const hours = (await temporal.retentionSeconds()) / 3_600;
  return hours >= leastRetentionHours
    ? ok('namespace', `keeps what has ended for ${Math.round(hours)} h`)
    : warning(
        'namespace',
        `keeps what has ended for ${hours.toFixed(1)} h only, so nobody can look at it or reset it the next day`,
        `temporal operator namespace update --retention 72h ${namespace}`,
      );
}

async function checkSearchAttributes(temporal: TemporalInspector): Promise<Finding> {
  const subject = 'search attributes';
  try {
    const unfit = await temporal.unfitSearchAttributes();
    if (unfit.length === 0) return ok(subject, 'are registered');
    return problem(
      subject,
      `missing, or of another type: ${unfit.join(', ')}`,
      'A start with the worker role adds those that are missing; one of another type must be removed first: temporal operator search-attribute remove.',
    );
  } catch (error) {
    return skipped(subject, `the server does not tell: ${(error as Error).message}`);
  }
}

async function checkWorkers(temporal: TemporalInspector): Promise<Finding> {
  const deserted = await temporal.desertedQueues();
  return deserted.length === 0
    ? ok('workers', `polled ${Object.values(taskQueues).join(', ')} in the last five minutes`)
    : warning(
        'workers',
        `none polls ${deserted.join(' and ')}, so nothing is delivered`,
        'Start a process with the worker role.',
      );
}
