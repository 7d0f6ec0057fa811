import { createClient, dataOf, ProblemError } from '../../client/index.js';
import { ok, problem, warning, type Finding } from './finding.js';

/** A doctor waits for nobody. */
const timeoutMs = 5_000;

/** The service over HTTP: whether it answers and is ready, and whether it knows the API key. */
export async function* checkService(url: string, apiKey: string): AsyncGenerator<Finding> {
  const client = createClient({ url, apiKey, maxRetries: 0, timeoutMs });
  try {
    const { data, error } = await client.GET('/health/ready');
    const readiness = data ?? error;
    yield checkReadiness(url, readiness);
  } catch (error) {
    yield problem('service', (error as Error).message, 'Start it: `npx everhook start`.');
    return;
  }
  try {
    await dataOf(client.GET('/v1/tenants', { params: { query: { limit: 1 } } }));
    yield ok('your API key', `is one for ${environmentOf(apiKey)}`);
  } catch (error) {
    yield checkRefusal(error, apiKey);
  }
}

interface Readiness {
  ready: boolean;
  parts: Record<string, string>;
}

function checkReadiness(url: string, { ready, parts }: Readiness): Finding {
  const bad = Object.entries(parts).filter(([, state]) => state !== 'ok');
  if (bad.length === 0) return ok('service', `is ready at ${url}`);
  const detail = `at ${url}: ${bad.map(([part, state]) => `${part}: ${state}`).join('; ')}`;
  const remedy = 'See what is said of that part here; a Temporal server may still be starting.';
  return (ready ? warning : problem)('service', detail, remedy);
}

function checkRefusal(error: unknown, apiKey: string): Finding {
  if (error instanceof ProblemError && error.status === 403) {
    return ok('your API key', `is one for ${environmentOf(apiKey)}, of limited scope`);
  }
  return problem(
    'your API key',
    (error as Error).message,
    'Set EVERHOOK_API_KEY to a live key of this service: `npx everhook keys create`.',
  );
}

/** `evh_<environment>_…` */
function environmentOf(apiKey: string): string {
  return apiKey.split('_')[1] ?? 'an unknown environment';
}
