import { subscriptionIncludes } from '../../domain/eventTypeName.js';
import type { ViewedEndpoint } from '../catalog.js';
import { categories, operations } from './categories.js';

/** The integration provider "Flows API webhook". */
const segments = ['integrationProviders', 'flowsApiWebhook'];

/** The "Form RAW Response" of the settings page: the integration as it is, or would be, stored. */
export function viewEndpoint({ url, eventTypes, enabled }: ViewedEndpoint): object {
  return {
    url,
    events: Object.fromEntries(
      categories.map(({ name }) => [
        name,
        operations.filter((operation) =>
          eventTypes.some((wanted) => subscriptionIncludes(wanted, `${name}.${operation}`)),
        ),
      ]),
    ),
    // A deleted endpoint is shown nowhere.
    softRemoved: false,
    status: enabled ? 'enabled' : 'disabled',
    integrationProvider: { path: segments.join('/'), segments },
  };
}
