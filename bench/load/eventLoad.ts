import { Pool } from 'undici';
import { monotonicMs } from '../measure/monotonicMs.js';

/** Requests at once. */
const connections = 50;

const text = 'x'.repeat(1_000);
const body = JSON.stringify({ type: 'bench.event', data: { text } });

export interface AcceptedEvent {
  id: string;
  sentAtMs: number;
  acceptedAtMs: number;
}

export interface PlaceInOrder {
  key: string;
  /** From 1. */
  number: number;
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

  /** Numbered events of one key each, a line after the other, in one request. */
  async sendInOrder(tenant: string, places: readonly PlaceInOrder[]): Promise<void> {
    const lines = places.map(({ key, number }) =>
      JSON.stringify({ type: 'bench.event', data: { key, number, text }, orderingKey: key }),
    );
    const path = `/v1/tenants/${tenant}/events/bulk`;
    const answer = await this.#post(path, lines.join('\n'), 200, 'application/x-ndjson');
    const accepted = answer.split('\n').filter((line) => line.includes('"status":202'));
    if (accepted.length !== places.length) throw new Error(`POST ${path}: ${answer}`);
  }

  /** An endpoint for all events, with what else is said of it; its shown id. */
  async makeEndpoint(tenant: string, url: string, fields: object = {}): Promise<string> {
    const endpoint = JSON.stringify({ url, eventTypes: ['*'], ...fields });
    const answer = await this.#post(`/v1/tenants/${tenant}/endpoints`, endpoint, 201);
    return (JSON.parse(answer) as { id: string }).id;
  }

  async pauseEndpoint(tenant: string, id: string): Promise<void> {
    await this.#post(`/v1/tenants/${tenant}/endpoints/${id}/pause`, '{}', 200);
  }

  /** Gives a tenant endpoints at the receiver, each with a path of its own; their shown ids. */
  async makeEndpoints(tenant: string, count: number, receiverUrl: string): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      ids.push(await this.makeEndpoint(tenant, `${receiverUrl}/${tenant}/${index}`));
    }
    return ids;
  }

  /** Nothing more is sent to it. */
  async deleteEndpoint(tenant: string, id: string): Promise<void> {
    await this.#send('DELETE', `/v1/tenants/${tenant}/endpoints/${id}`, { expected: 204 });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #post(
    path: string,
    sent: string,
    expected: number,
    contentType = 'application/json',
  ): Promise<string> {
    return this.#send('POST', path, { sent, expected, contentType });
  }

  async #send(
    method: 'POST' | 'DELETE',
    path: string,
    { sent, expected, contentType }: { sent?: string; expected: number; contentType?: string },
  ): Promise<string> {
    const { statusCode, body: answer } = await this.#pool.request({
      ...{ path, method, body: sent ?? null },
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
    });
    const answerText = await answer.text();
    if (statusCode !== expected) throw new Error(`${method} ${path}: ${statusCode} ${answerText}`);
    return answerText;
  }
}
