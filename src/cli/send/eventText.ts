import { DuplicateMemberError } from '../../domain/json/duplicateMemberError.js';
import { JsonSyntaxError } from '../../domain/json/jsonSyntaxError.js';
import { scanJson } from '../../domain/json/scanJson.js';
import { UsageError } from '../usageError.js';

export interface EventParts {
  type: string;
  attributes?: Record<string, string | string[]>;
  /** ISO 8601. */
  timestamp?: string;
}

/**
 * The body that submits an event: `dataText` stands in it as it is, since writing it anew would change numbers such as
 * 12345678901234567890. Throws a `UsageError` where it is not JSON.
 */
export function eventText(parts: EventParts, dataText: string): string {
  try {
    scanJson(dataText);
  } catch (cause) {
    if (cause instanceof JsonSyntaxError) {
      throw new UsageError(`The data is not JSON: ${cause.message}`, { cause });
    }
    // A member that stands twice in the data is the sender's business.
    if (!(cause instanceof DuplicateMemberError)) throw cause;
  }
  return `${JSON.stringify(parts).slice(0, -1)},"data":${dataText}}`;
}
