import type { z } from 'zod';
import { maxInScope } from '../catalogs/endpointRules.js';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import { formatMismatch } from '../catalogs/formats.js';
import { subscriptionIncludes } from '../domain/eventTypeName.js';
import { Problem } from '../domain/problem.js';
import { refuseOverLimit } from '../store/endpointLimits.js';
import type { EndpointDefinition } from '../store/endpointDefinition.js';
import { readSamples, type TypeSample } from '../store/eventTypes.js';
import type { TenantRef } from '../domain/refs.js';
import type { ApiDeps } from './apiDeps.js';
import { checkEndpoint } from './checkEndpoint.js';
import { readCatalogsOn } from './readCatalogsOn.js';
import { renderSample, type SampleSurroundings } from './renderSample.js';
import type { endpointDryRun } from './schemas/dryRunSchemas.js';
import { maxSamples } from './schemas/dryRunSchemas.js';
import { showEndpointDefinition } from './showEndpoint.js';

type DryRun = z.output<typeof endpointDryRun>;
type ShownSample = DryRun['samples'][number];

/** A type whose sample is shown. */
interface WantedType {
  name: string;
  /** The JSON text of the sample that the environment declares; null: none. */
  declared: string | null;
  /** It, or a catalog, has one. */
  hasSample: boolean;
}

const mask = '••••••••';

/** What creating an endpoint would store, and what it would receive. Throws what creating it would throw. */
export async function dryRunEndpoint(
  { pool, settings }: Pick<ApiDeps, 'pool' | 'settings'>,
  { environment, tenant }: TenantRef,
  { secret, ...definition }: EndpointDefinition & { secret: string; enabled: boolean },
): Promise<DryRun> {
  const [declared, catalogs] = await Promise.all([
    readSamples(pool, environment),
    readCatalogsOn(pool, environment),
  ]);
  checkEndpoint(definition, null, catalogs);
  await refuseOverLimit(pool, { environment, tenant }, definition, maxInScope);
  const types = wantedTypes(definition, declared, catalogs);
  const { cloudEventsSource } = settings;
  const surroundings = { catalogs, nowMs: Date.now(), cloudEventsSource };
  return {
    endpoint: { tenant, ...showEndpointDefinition(definition) },
    secret: masked(secret),
    samples: types.map((type) => showSample(definition.format, type, surroundings)),
  };
}

/** How the secret begins, if it has one of the known beginnings. */
function masked(secret: string): string {
  return (/^wh\w+?_/.exec(secret)?.[0] ?? '') + mask;
}

/** The types subscribed to by name, and those that a pattern takes in where the endpoint would get their events. */
function wantedTypes(
  { eventTypes: subscriptions, format }: EndpointDefinition,
  declared: readonly TypeSample[],
  catalogs: CatalogSet,
): WantedType[] {
  const known = [
    ...declared.map(({ name, sample, bringsRows }) => ({
      ...{ name, declared: sample, hasSample: sample !== null, bringsRows },
    })),
    ...catalogs.types.map(({ type: { name, rows } }) => ({
      ...{ name, declared: null, hasSample: true, bringsRows: rows !== undefined },
    })),
  ];
  const byName = new Map(
    subscriptions
      .filter((subscription) => !subscription.includes('*'))
      .map((name): [string, WantedType] => [name, { name, declared: null, hasSample: false }]),
  );
  for (const type of known) {
    const { name } = type;
    const isTakenIn =
      subscriptions.some((wanted) => subscriptionIncludes(wanted, name)) &&
      !type.bringsRows &&
      formatMismatch(format, name, catalogs) === null;
    if (isTakenIn || byName.has(name)) byName.set(name, type);
  }
  return [...byName.values()].slice(0, maxSamples);
}

function showSample(
  format: string,
  { name: eventType, declared, hasSample: isDeclared }: WantedType,
  surroundings: SampleSurroundings,
): ShownSample {
  try {
    const { contentType, headers, body } = renderSample(
      format,
      { eventType, declared },
      surroundings,
    );
    const shown = { ...headers, 'content-type': contentType };
    return { eventType, isDeclared, headers: shown, body, problem: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = error.detail;
    return { eventType, isDeclared, headers: {}, body: null, problem };
  }
}
