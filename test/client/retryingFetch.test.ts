import { afterEach, describe, expect, it } from 'vitest';
import { createRetryingFetch } from '../../src/client/retryingFetch.js';
import { UnreachableError } from '../../src/client/unreachableError.js';
import { startReceiver, type Receiver, type Script } from '../setup/receiver.js';

const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function serve(script: Script): Promise<Receiver> {
  const receiver = await startReceiver(script);
  receivers.push(receiver);
  return receiver;
}

const fetchThrice = createRetryingFetch({ maxRetries: 2, timeoutMs: 1_000 });
const post = (url: string, headers: Record<string, string> = {}): Request =>
  new Request(url, { method: 'POST', body: '{"a":1}', headers });
const keysOf = ({ requests }: Receiver): unknown[] =>
  requests.map(({ headers }) => headers['idempotency-key']);

describe('createRetryingFetch', () => {
  it('repeats a POST whole, under one key of its own, until it is answered', async () => {
    const receiver = await serve((_request, index) =>
      index < 2 ? { status: 503 } : { status: 202, body: 'accepted' },
    );
    const response = await fetchThrice(post(receiver.url));
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('accepted');
    expect(receiver.requests.map(({ body }) => body.toString())).toEqual(Array(3).fill('{"a":1}'));
    const [key] = keysOf(receiver);
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(keysOf(receiver)).toEqual([key, key, key]);

    await fetchThrice(post(receiver.url));
    expect(keysOf(receiver)[3]).not.toBe(key);
  });

  it("leaves the caller's key, and gives none to other methods", async () => {
    const receiver = await serve(() => ({ status: 200 }));
    await fetchThrice(post(receiver.url, { 'idempotency-key': 'order-7' }));
    await fetchThrice(new Request(receiver.url));
    expect(keysOf(receiver)).toEqual(['order-7', undefined]);
  });

  it('tries again what was cut off or took too long, also in the middle of an answer', async () => {
    const receiver = await serve((_request, index, response) => {
      if (index === 0) response.destroy();
      else if (index === 1) response.writeHead(200, { 'content-length': 10 }).write('half');
      else return { status: 200, body: 'whole' };
      return undefined;
    });
    expect(await (await fetchThrice(post(receiver.url))).text()).toBe('whole');
    expect(new Set(keysOf(receiver)).size).toBe(1);
  });

  it('gives the last answer when all tries are used up', async () => {
    const receiver = await serve(() => ({ status: 429, body: 'slow down' }));
    const response = await fetchThrice(post(receiver.url));
    expect(response.status).toBe(429);
    expect(await response.text()).toBe('slow down');
    expect(receiver.requests).toHaveLength(3);
  });

  it('does not repeat what was refused', async () => {
    const receiver = await serve(() => ({ status: 422 }));
    expect((await fetchThrice(post(receiver.url))).status).toBe(422);
    expect(receiver.requests).toHaveLength(1);
  });

  it('repeats what is said to be still in flight', async () => {
    const receiver = await serve((_request, index) =>
      index > 0
        ? { status: 202 }
        : {
            status: 409,
            headers: { 'content-type': 'application/problem+json; charset=utf-8' },
            body: JSON.stringify({ code: 'request_in_flight', errors: [] }),
          },
    );
    expect((await fetchThrice(post(receiver.url))).status).toBe(202);
  });

  it('throws where nobody answers, with where, how often and why', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const error = await fetchThrice(post(receiver.url)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toBe(
      `No answer from ${receiver.url} (tried 3 times): connect ECONNREFUSED 127.0.0.1:${receiver.port}`,
    );
  });

  it('ends at once when the caller aborts', async () => {
    const receiver = await serve(() => ({ status: 503, headers: { 'retry-after': '30' } }));
    const stopping = new AbortController();
    const call = fetchThrice(new Request(receiver.url, { signal: stopping.signal }));
    await receiver.waitFor(1);
    stopping.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(receiver.requests).toHaveLength(1);
  });
});
