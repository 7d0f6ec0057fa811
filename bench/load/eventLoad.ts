import { Pool } from 'undici';
import { monotonicMs } from '../measure/monotonicMs.js';

/** Requests at once. */
const connections = 50;

const body = JSON.stringify({ type: 'bench.event', data: { text: 'x'.repeat(1_000) } });

export interface AcceptedEvent {
  id: string;
  sentAtMs: number;
  acceptedAtMs: number;
}

/** Submits events of 1 kB over HTTP, one request per event, on 50 connections. */
export class EventLoad {
  readonly #pool: Pool;

  constructor(
    serviceUrl: string,
    private readonly apiKey: string,
  ) {
    this.#pool = new Pool(serviceUrl, { connections });
  }

  /** Throws where the answer isn't 202. */
  async send(tenant: string): Promise<AcceptedEvent> {
    const sentAtMs = monotonicMs();
    const answer = await this.#post(`/v1/tenants/${tenant}/events`, body, 202);
    const acceptedAtMs = monotonicMs();
    const { id } = JSON.parse(answer) as { id: string };
    return { id, sentAtMs, acceptedAtMs };
  }

  /** Gives a tenant endpoints at the receiver, each with a path of its own. */
  async makeEndpoints(tenant: string, count: number, receiverUrl: string): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const url = `${receiverUrl}/${tenant}/${index}`;
      const endpoint = JSON.stringify({ url, eventTypes: ['*'] });
      await this.#post(`/v1/tenants/${tenant}/endpoints`, endpoint, 201);
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #post(path: string, text: string, expected: number): Promise<string> {
    const { statusCode, body: answer } = await this.#pool.request({
      path,
      method: 'POST',
      headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' },
      body: text,
    });
    const answerText = await answer.text();
    if (statusCode !== expected) throw new Error(`POST ${path}: ${statusCode} ${answerText}`);
    return answerText;
  }
}
