import type { ProblemPart } from '../../domain/problem.js';
import type { RuledEndpoint } from '../catalog.js';
import { modes } from './modes.js';

const lists = ['import_identifier', 'saved_schema'];

/**
 * A managed webhook fires in one mode, for any of the import identifiers or any of the saved schemas listed. What an
 * endpoint lacks to be one, or null.
 */
export function managedWebhookProblem({
  format,
  filters,
  match,
  require,
}: RuledEndpoint): ProblemPart | null {
  if (format !== 'dromo') return null;
  const wantedModes = require['mode'] ?? [];
  const [mode] = wantedModes;
  if (wantedModes.length !== 1 || !modes.some((one) => one === mode)) {
    return {
      pointer: '/require/mode',
      detail: 'A managed webhook is for one mode: ["production"] or ["development"]',
    };
  }
  const requiredList = lists.find((name) => Object.hasOwn(require, name));
  if (requiredList !== undefined) {
    return {
      pointer: `/require/${requiredList}`,
      detail:
        'List it under filters: a managed webhook fires for any identifier or any schema listed',
    };
  }
  const names = Object.keys(filters);
  if (names.length === 0 || names.some((name) => !lists.includes(name))) {
    return {
      pointer: '/filters',
      detail: `A managed webhook lists import identifiers or saved schemas, or both: ${lists.join(', ')}, and nothing else`,
    };
  }
  if (match === 'all' && names.length > 1) {
    return {
      pointer: '/match',
      detail: 'A managed webhook fires for any identifier or any schema listed: "any"',
    };
  }
  return null;
}
