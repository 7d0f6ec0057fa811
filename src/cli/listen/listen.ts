import { operationalTenant } from '../../domain/operational.js';
import { generateSecret } from '../../delivery/signing/generateSecret.js';
import type { NewEndpoint } from '../createEndpoint.js';
import { isAbort } from '../isAbort.js';
import type { FoundService } from '../findService.js';
import { startLocalReceiver, type LocalAnswer, type LocalRequest } from '../localReceiver.js';
import type { Terminal } from '../terminal.js';
import { AttemptCounter } from './attemptCounter.js';
import { forwardRequest } from './forwardRequest.js';
import { receivedJson, showReceived, type Received } from './showReceived.js';
import { makeTemporaryEndpoint } from './temporaryEndpoint.js';
import { signatureProblem } from './signatureProblem.js';

export interface ListenOptions {
  tenant: string;
  /** Subscriptions: names, `flow.*`, `*`. */
  types: string[];
  format: NonNullable<NewEndpoint['format']>;
  /** As of an endpoint; some formats need one. */
  scope?: string;
  /** Attribute → its value, or several. */
  require?: Record<string, string | string[]>;
  filter?: Record<string, string | string[]>;
  /** Where each request is sent on to; undefined: answered here, 200. */
  forwardTo?: string;
  /** Attempts of each delivery that are answered 503. */
  fail: number;
  /** 0 takes a free one. */
  port: number;
  /** Where the service reaches this receiver, if not on this machine. */
  publicUrl?: string;
  /** Made when absent. */
  secret?: string;
  json: boolean;
}

/** Seconds between the attempts: short, so that one sees them, and a minute at the end, so that none is lost soon. */
const retrySchedule = [1, 2, 4, 8, 15, 30, 60];
const timeoutMs = 60_000;

/**
 * Receives a tenant's events until the user stops it: an endpoint for as long as it runs, whose requests are verified,
 * shown and answered here, or by the program at `forwardTo`.
 */
export async function listen(
  { client, url }: FoundService,
  options: ListenOptions,
  terminal: Terminal,
): Promise<void> {
  const stopped = terminal.untilStopped();
  const secret = options.secret ?? generateSecret();
  const counter = new AttemptCounter();
  const receive = async (request: LocalRequest): Promise<LocalAnswer> => {
    const received = await receiveOne(request, { secret, counter, ...options });
    terminal.out(options.json ? receivedJson(received) : showReceived(received, terminal));
    return received.answer;
  };
  const receiver = await startLocalReceiver(options.port, receive, (error) =>
    terminal.err(`everhook: ${String(error)}\n`),
  );
  try {
    const target = options.publicUrl ?? receiver.url;
    const wanted = wantedEndpoint(options, target, secret);
    const endpoint = await makeTemporaryEndpoint(client, options.tenant, wanted, stopped);
    terminal.err(greeting(options, { url, target, secret, endpointId: endpoint.id }));
    await aborted(stopped);
    await endpoint.remove().catch((cause: unknown) => {
      const end = 'the next `everhook listen` on this machine does it';
      throw new Error(`The endpoint ${endpoint.id} could not be deleted; ${end}.`, { cause });
    });
    terminal.err('The endpoint is deleted.\n');
  } catch (error) {
    if (!isAbort(error, stopped)) throw error;
  } finally {
    await receiver.close();
  }
}

interface ReceiveOptions extends Pick<ListenOptions, 'forwardTo' | 'fail'> {
  secret: string;
  counter: AttemptCounter;
}

async function receiveOne(request: LocalRequest, options: ReceiveOptions): Promise<Received> {
  const webhookId = String(request.headers['webhook-id'] ?? 'no webhook-id');
  const attempt = options.counter.next(webhookId);
  const problem = signatureProblem(request, options.secret);
  const seen = { request, webhookId, attempt, problem };
  if (problem !== null) return { ...seen, answer: { status: 401 }, note: null };
  if (attempt <= options.fail) {
    return {
      ...seen,
      answer: { status: 503 },
      note: `failed on purpose, ${attempt} of ${options.fail}`,
    };
  }
  if (options.forwardTo === undefined) return { ...seen, answer: { status: 200 }, note: null };
  const answer = await forwardRequest(request, options.forwardTo);
  const note = answer.status === 502 && typeof answer.body === 'string' ? answer.body : null;
  return { ...seen, answer, note: note ?? `by ${options.forwardTo}` };
}

function wantedEndpoint(options: ListenOptions, url: string, secret: string): NewEndpoint {
  return {
    url,
    eventTypes: options.types,
    format: options.format,
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    require: listsOf(options.require),
    filters: listsOf(options.filter),
    retrySchedule: scheduleFor(options.fail),
    timeoutMs,
    description: 'everhook listen',
    secret,
  };
}

function listsOf(given: Record<string, string | string[]> = {}): Record<string, string[]> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat()]));
}

/** At least one attempt more than are to fail. */
function scheduleFor(fail: number): number[] {
  const more = Array.from({ length: Math.max(fail - retrySchedule.length, 0) }, () => 60);
  return [...retrySchedule, ...more];
}

function greeting(
  { tenant, types, fail, forwardTo }: ListenOptions,
  made: { url: string; target: string; secret: string; endpointId: string },
): string {
  const lines = [
    `Listening for events of ${tenant} (${types.join(', ')}) from ${made.url}; Ctrl-C ends it.`,
    '',
    `  endpoint        ${made.endpointId}, deleted at the end`,
    `  its URL         ${made.target}`,
    `  signing secret  ${made.secret}`,
  ];
  if (forwardTo !== undefined) lines.push(`  forwards to     ${forwardTo}`);
  if (fail > 0)
    lines.push(
      `  fails           ${fail === 1 ? 'the first attempt' : `the first ${fail} attempts`} of each delivery`,
    );
  if (tenant !== operationalTenant) {
    lines.push('', 'Send one from another terminal:', '');
    const example = exampleType(types);
    lines.push(`  npx everhook send ${example} '{"greeting":"Hello"}' --tenant ${tenant}`);
  }
  return [...lines, '', ''].join('\n');
}

/** A type that the first subscription wants. */
function exampleType([subscription = '*']: readonly string[]): string {
  return subscription === '*' ? 'hello.world' : subscription.replace(/\*$/, 'hello');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
