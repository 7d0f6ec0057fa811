import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import { maxEndpointsInSearchAttribute } from '../domain/limits.js';
import { drainActivities } from '../domain/describeDrain.js';
import { showId } from '../domain/ids.js';
import { batchActivities } from '../domain/imports/describeBatches.js';
import type { BatchedDelivery } from './activities.js';

/** What an operator filters workflows by in the Temporal UI; registered at start, set when a workflow starts. */
export const searchAttributes = {
  environment: defineSearchAttributeKey('environment', SearchAttributeType.KEYWORD),
  tenant: defineSearchAttributeKey('tenant', SearchAttributeType.KEYWORD),
  eventType: defineSearchAttributeKey('eventType', SearchAttributeType.KEYWORD),
  endpoints: defineSearchAttributeKey('endpoints', SearchAttributeType.KEYWORD_LIST),
  /** What an import is called; of `deliverBatches` alone. */
  import: defineSearchAttributeKey('import', SearchAttributeType.KEYWORD),
  /** What it does just now, in one of `shownStates`. */
  state: defineSearchAttributeKey('state', SearchAttributeType.KEYWORD),
} as const;

/**
 * What `state` says, by the workflows that have it. Of the others the type says it: an event's workflow runs only while
 * something of it is to be retried or is held back, and each change costs an event of its history and a row of the index.
 * No word is used of two workflows in two meanings, so a query needs no type. One that has ended keeps its last.
 */
export const shownStates = {
  deliverBatches: batchActivities,
  drainEndpoint: drainActivities,
} as const;
export type ShownState = (typeof shownStates)[keyof typeof shownStates][number];

/** Endpoints by bare UUID; none, or more of them than a value may hold, are left out altogether. */
export function searchAttributesOf(subject: {
  environment: string;
  tenant: string;
  /** Null: it is about no single event. */
  eventType: string | null;
  endpointIds: readonly string[];
}): SearchAttributePair[] {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.environment, value: subject.environment },
    { key: searchAttributes.tenant, value: subject.tenant },
  ];
  if (subject.eventType !== null) {
    pairs.push({ key: searchAttributes.eventType, value: subject.eventType });
  }
  const { length } = subject.endpointIds;
  if (length > 0 && length <= maxEndpointsInSearchAttribute) {
    const endpoints = subject.endpointIds.map((id) => showId('endpoint', id));
    pairs.push({ key: searchAttributes.endpoints, value: endpoints });
  }
  return pairs;
}

/** Those of what is about no single event; its endpoints by bare UUID. */
export function endpointSearchAttributes({
  environment,
  tenant,
  endpointIds,
}: Omit<Parameters<typeof searchAttributesOf>[0], 'eventType'>): SearchAttributePair[] {
  return searchAttributesOf({ environment, tenant, eventType: null, endpointIds });
}

/** Those of `deliverBatches`; its state follows from what it does. */
export function batchSearchAttributes({
  endpointId,
  importName,
  ...subject
}: BatchedDelivery): SearchAttributePair[] {
  return [
    ...searchAttributesOf({ ...subject, endpointIds: [endpointId] }),
    { key: searchAttributes.import, value: importName },
  ];
}
