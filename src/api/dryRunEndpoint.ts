import type { z } from 'zod';
import { subscriptionIncludes } from '../domain/eventTypeName.js';
import type { FormatName } from '../domain/formats/index.js';
import { Problem } from '../domain/problem.js';
import { type EndpointDefinition, refuseOverLimit } from '../store/endpoints.js';
import { readSamples, type TypeSample } from '../store/eventTypes.js';
import type { TenantRef } from '../domain/refs.js';
import type { ApiDeps } from './apiDeps.js';
import { renderSample } from './renderSample.js';
import type { endpointDryRun } from './schemas/dryRunSchemas.js';
import { maxSamples } from './schemas/dryRunSchemas.js';
import { showEndpointDefinition } from './showEndpoint.js';

type DryRun = z.output<typeof endpointDryRun>;
type ShownSample = DryRun['samples'][number];

const mask = '••••••••';

/** What creating an endpoint would store, and what it would receive. Throws what creating it would throw. */
export async function dryRunEndpoint(
  { pool, settings }: Pick<ApiDeps, 'pool' | 'settings'>,
  { environment, tenant }: TenantRef,
  { secret, enabled, ...definition }: EndpointDefinition & { secret: string; enabled: boolean },
): Promise<DryRun> {
  await refuseOverLimit(pool, { environment, tenant });
  const types = wantedTypes(definition.eventTypes, await readSamples(pool, environment));
  const surroundings = { nowMs: Date.now(), cloudEventsSource: settings.cloudEventsSource };
  return {
    endpoint: { tenant, ...showEndpointDefinition(definition), enabled },
    secret: masked(secret),
    samples: types.map((type) => showSample(definition.format, type, surroundings)),
  };
}

/** How the secret begins, if it has one of the known beginnings. */
function masked(secret: string): string {
  return (/^wh\w+?_/.exec(secret)?.[0] ?? '') + mask;
}

/** The types subscribed to by name, and of those declared the ones that a pattern takes in. */
function wantedTypes(
  subscriptions: readonly string[],
  declared: readonly TypeSample[],
): TypeSample[] {
  const byName = new Map(
    subscriptions
      .filter((subscription) => !subscription.includes('*'))
      .map((name): [string, TypeSample] => [name, { name, sample: null }]),
  );
  for (const type of declared) {
    if (subscriptions.some((wanted) => subscriptionIncludes(wanted, type.name))) {
      byName.set(type.name, type);
    }
  }
  return [...byName.values()].slice(0, maxSamples);
}

function showSample(
  format: FormatName,
  { name: eventType, sample }: TypeSample,
  surroundings: { nowMs: number; cloudEventsSource: string },
): ShownSample {
  try {
    const { contentType, headers, body } = renderSample(
      format,
      { eventType, declared: sample },
      surroundings,
    );
    const shown = { ...headers, 'content-type': contentType };
    return { eventType, isDeclared: sample !== null, headers: shown, body, problem: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = error.detail;
    return { eventType, isDeclared: sample !== null, headers: {}, body: null, problem };
  }
}
