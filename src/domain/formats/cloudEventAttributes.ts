import type { FormatInput } from './format.js';

/** The context attributes of CloudEvents 1.0, section 3.1; `datacontenttype` is said by each mode in its own place. */
export function cloudEventAttributes({
  id,
  source,
  type,
  timestamp,
}: FormatInput): Record<string, string> {
  return { specversion: '1.0', id, source, type, time: withSeconds(timestamp) };
}

/** ISO 8601 may leave the seconds out; RFC 3339, which CloudEvents asks for, may not. Otherwise it stays as given. */
function withSeconds(timestamp: string): string {
  return timestamp.replace(/T\d\d:\d\d(?=[Z+-])/, '$&:00');
}
