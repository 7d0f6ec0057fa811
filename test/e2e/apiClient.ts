import {
  createClient,
  dataOf,
  type components,
  type EverhookClient,
} from '../../src/client/index.js';
import type { DeliveryState } from '../../src/domain/words.js';
import { eventually } from '../setup/eventually.js';

type Schemas = components['schemas'];
export type ShownDelivery = Schemas['Delivery'];
export type ShownEndpoint = Schemas['Endpoint'];
export type Accepted = Schemas['EventAccepted'];

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

export interface SentEvent {
  type?: string;
  timestamp?: string;
  data?: unknown;
  attributes?: Record<string, string | string[]>;
  deliverAt?: string;
  expiresAt?: string;
  orderingKey?: string;
}

/** The API as one tenant's product uses it: what has to go well throws when it doesn't, at the first try. */
export class ApiClient {
  readonly #client: EverhookClient;

  constructor(
    readonly url: string,
    readonly key: string,
    readonly tenant: string,
  ) {
    this.#client = createClient({ url, apiKey: key, maxRetries: 0 });
  }

  /** Any call; a path without a leading `/` is below the tenant. A text body is sent as it is. */
  async call(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    const whole = path.startsWith('/') ? path : `/v1/tenants/${this.tenant}/${path}`;
    const response = await fetch(this.url + whole, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Subscribed to everything unless told; its schedule is short. Other fields may be what they shouldn't. */
  async createEndpoint(url: string, fields: Record<string, unknown> = {}): Promise<ShownEndpoint> {
    const body = { url, eventTypes: ['*'], retrySchedule: [0.05, 0.05], ...fields };
    const params = { path: { tenant: this.tenant } };
    const made = await dataOf(
      this.#client.POST('/v1/tenants/{tenant}/endpoints', { params, body }),
    );
    if ('id' in made) return made;
    throw new Error(`This was a dry run: ${JSON.stringify(made)}`);
  }

  /** An event as an object, or the text of the whole body. */
  async send(event: SentEvent | string = {}): Promise<Accepted> {
    const asObject = { type: 'thing.done', data: {}, ...(typeof event === 'string' ? {} : event) };
    return await dataOf(
      this.#client.POST('/v1/tenants/{tenant}/events', {
        params: { path: { tenant: this.tenant } },
        body: asObject,
        ...(typeof event === 'string' ? { bodySerializer: () => event } : {}),
      }),
    );
  }

  async endpoint(endpointId: string): Promise<ShownEndpoint> {
    const params = { path: { tenant: this.tenant, endpointId } };
    return await dataOf(
      this.#client.GET('/v1/tenants/{tenant}/endpoints/{endpointId}', { params }),
    );
  }

  async delivery(deliveryId: string): Promise<ShownDelivery> {
    const params = { path: { tenant: this.tenant, deliveryId } };
    return await dataOf(
      this.#client.GET('/v1/tenants/{tenant}/deliveries/{deliveryId}', { params }),
    );
  }

  async deliveriesOf(eventId: string): Promise<Schemas['DeliverySummary'][]> {
    const params = { path: { tenant: this.tenant }, query: { eventId, limit: 250 } };
    return (await dataOf(this.#client.GET('/v1/tenants/{tenant}/deliveries', { params }))).data;
  }

  /** Waits until a delivery is in a state. */
  async until(id: string, state: DeliveryState, withinMs = 20_000): Promise<ShownDelivery> {
    return await eventually(
      async () => {
        const delivery = await this.delivery(id);
        if (delivery.state === state) return delivery;
        throw new Error(`${id} is ${delivery.state} and not ${state}: ${JSON.stringify(delivery)}`);
      },
      { withinMs },
    );
  }

  async retry(deliveryId: string): Promise<string> {
    const params = { path: { tenant: this.tenant, deliveryId } };
    const { result } = await dataOf(
      this.#client.POST('/v1/tenants/{tenant}/deliveries/{deliveryId}/retry', { params }),
    );
    return result;
  }

  async post(path: string, body?: unknown): Promise<unknown> {
    const answer = await this.call('POST', path, { body });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  }
}

/** The only delivery of an accepted event. */
export function onlyDelivery({ deliveries }: Accepted): string {
  const [delivery, ...more] = deliveries;
  if (delivery === undefined || more.length > 0) {
    throw new Error(`Expected one delivery, not ${deliveries.length}`);
  }
  return delivery.id;
}
