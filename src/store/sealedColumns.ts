import type { EndpointRef, TenantRef } from '../domain/refs.js';
import { checkContext } from './encryptionCheck.js';
import { headersContext, queryContext, secretContext } from './endpointSealing.js';
import { eventHeadersContext, type EventOwner } from './eventHeaders.js';
import { answerContext, type IdempotencyScope } from './idempotencyKeys.js';
import { importEndpointContext } from './imports.js';
import { jwtSecretContext } from './jwtKeys.js';

/** A column whose texts are sealed; null: that row has none. */
export interface SealedColumn<Place = never> {
  table: string;
  column: string;
  /** The primary key of the table: its columns with their types. The index by `sealing_key` goes on with them. */
  key: Readonly<Record<string, string>>;
  /** SQL over the table as `t`: what `context` needs, by its names there, and what is joined for it. */
  place: string;
  join?: string;
  /** What the text in such a place is bound to. */
  context(place: Place): readonly string[];
}

const endpoint = `e.environment, e.tenant, e.id AS "endpointId"`;
const itself = `JOIN endpoints e ON e.id = t.id`;

/** All there are: whoever adds another adds it here, with its index, so that it is sealed anew as well. */
export const sealedColumns: readonly SealedColumn[] = [
  column({
    table: 'encryption_check',
    column: 'sealed',
    key: { only_row: 'boolean' },
    place: 't.only_row',
    context: () => checkContext,
  }),
  column<EndpointRef & { id: string; version: number }>({
    table: 'endpoint_secrets',
    column: 'sealed',
    key: { id: 'uuid' },
    place: `${endpoint}, t.id, t.version`,
    join: 'JOIN endpoints e ON e.id = t.endpoint_id',
    context: (place) => secretContext(place, place.id, place.version),
  }),
  column<EndpointRef>({
    table: 'endpoints',
    column: 'url_query_sealed',
    key: { id: 'uuid' },
    place: endpoint,
    join: itself,
    context: queryContext,
  }),
  column<EndpointRef>({
    table: 'endpoints',
    column: 'headers_sealed',
    key: { id: 'uuid' },
    place: endpoint,
    join: itself,
    context: headersContext,
  }),
  column<TenantRef & { id: string }>({
    table: 'jwt_keys',
    column: 'secret_sealed',
    key: { id: 'uuid' },
    place: 't.environment, t.tenant, t.id',
    context: (place) => jwtSecretContext(place, place.id),
  }),
  column<{ environment: string; id: string }>({
    table: 'imports',
    column: 'endpoint_sealed',
    key: { id: 'uuid' },
    place: 't.environment, t.id',
    context: ({ environment, id }) => importEndpointContext(environment, id),
  }),
  column<IdempotencyScope>({
    table: 'idempotency_keys',
    column: 'response_sealed',
    key: { environment: 'text', tenant: 'text', route: 'text', key: 'text' },
    place: 't.environment, t.tenant, t.route, t.key',
    context: answerContext,
  }),
  column<EventOwner>({
    table: 'bodies',
    column: 'event_headers_sealed',
    key: { event_id: 'uuid', format: 'text' },
    place: 'v.environment, v.tenant, v.id',
    join: 'JOIN events v ON v.id = t.event_id',
    context: eventHeadersContext,
  }),
];

function column<Place>(definition: SealedColumn<Place>): SealedColumn {
  return definition;
}
