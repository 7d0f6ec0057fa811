import type { CatalogRoute } from './catalog.js';

const pathPattern = /^\/(?:[a-z0-9-]+\/)+:[A-Za-z]+(?:\/[a-z0-9-]+)*$/;
/** What the API itself has there, now or later. */
const ownPaths = ['v1', 'health', 'docs', 'metrics', 'openapi.json'];

/** What is wrong with a catalog's route, in words that follow a colon, or null. */
export function routeFlaw({ path }: CatalogRoute): string | null {
  if (!pathPattern.test(path)) {
    return `the path "${path}" of a route must be words with one parameter, for the import's id`;
  }
  return ownPaths.includes(path.split('/')[1] ?? '')
    ? `the path "${path}" of a route begins as those of the API itself`
    : null;
}
