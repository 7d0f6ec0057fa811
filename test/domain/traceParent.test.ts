import { describe, expect, it } from 'vitest';
import { parseTraceParent, showTraceParent } from '../../src/domain/traceParent.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    [`00-${traceId}-${spanId}-01`, 1],
    [`00-${traceId}-${spanId}-00`, 0],
    [` 00-${traceId}-${spanId}-03 `, 3],
    [`cc-${traceId}-${spanId}-01-what-comes-later`, 1],
  ])('%s is read', (text, flags) => {
    expect(parseTraceParent(text)).toEqual({ traceId, spanId, flags });
  });

  it.each([
    null,
    undefined,
    '',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01.more`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
  ])('%s is passed over', (text) => {
    expect(parseTraceParent(text)).toBeNull();
  });

  it('is shown as one of version 00, with the flag that all versions have', () => {
    expect(showTraceParent({ traceId, spanId, flags: 3 })).toBe(`00-${traceId}-${spanId}-01`);
    expect(showTraceParent({ traceId, spanId, flags: 2 })).toBe(`00-${traceId}-${spanId}-00`);
  });
});
