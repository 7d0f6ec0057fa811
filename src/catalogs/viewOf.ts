import type { ViewedEndpoint } from './catalog.js';
import { catalogOf } from './formats.js';

/** How the catalog of a format shows an endpoint; null where it doesn't. */
export function viewOf(format: string, endpoint: ViewedEndpoint): Record<string, unknown> | null {
  const view = catalogOf(format)?.viewEndpoint?.(endpoint);
  return view === undefined ? null : { ...view };
}
