import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointMatcher, matchEndpoint } from '../../src/domain/matching.js';

const event = {
  type: 'flow.end',
  attributes: { plan: 'free', tags: ['a', 'b'] },
  data: { status: 'done', count: 3, nested: { list: [{ id: 1 }] } },
};

function match(part: Partial<EndpointMatcher>): string {
  const all = { eventTypes: ['*'], filters: {}, match: 'any', require: {}, scope: null } as const;
  const endpoint = { ...all, ...part };
  const result = matchEndpoint(endpoint, event);
  return result.matched ? 'matched' : result.reason;
}

describe('matchEndpoint', () => {
  it('asks the types first', () => {
    expect(match({ eventTypes: ['flow.end'] })).toBe('matched');
    expect(match({ eventTypes: ['a', 'flow.*'] })).toBe('matched');
    const refused = match({ eventTypes: ['flow.start'], require: { plan: ['pro'] } });
    expect(refused).toBe("its types don't include flow.end");
    expect(match({ eventTypes: [] })).toBe("its types don't include flow.end");
  });

  it('asks for the scope besides what is required', () => {
    expect(match({ scope: 'plan:free' })).toBe('matched');
    expect(match({ scope: 'tags:b', require: { tags: ['a'] } })).toBe('matched');
    expect(match({ scope: 'plan:pro' })).toBe('its scope: plan wants pro; the event has free');
    expect(match({ scope: 'flow:a:b' })).toBe('its scope: flow wants a:b; the event has none');
    expect(match({ scope: 'plan:pro', require: { plan: ['free'] } })).not.toBe('matched');
    expect(match({ scope: 'plan:free', require: { plan: ['pro'] } })).not.toBe('matched');
  });

  it.each<[Partial<EndpointMatcher>, string]>([
    [{ filters: { plan: ['free', 'pro'] } }, 'matched'],
    [{ filters: { tags: ['b'] } }, 'matched'],
    [{ filters: { 'data./count': ['3'] } }, 'matched'],
    [{ filters: { 'data./nested/list/0/id': ['1'] } }, 'matched'],
    [{ filters: { plan: ['pro', 'team'] } }, 'filter plan wants pro or team; the event has free'],
    [{ filters: { tags: ['c'] } }, 'filter tags wants c; the event has a and b'],
    [{ filters: { size: ['', 's'] } }, 'filter size wants "" or s; the event has none'],
    [{ filters: { 'data./nested': ['x'] } }, 'filter data./nested wants x; the event has none'],
    [{ filters: { plan: [] } }, 'filter plan wants none; the event has free'],
    [{ filters: { plan: ['pro'], tags: ['a'] } }, 'matched'],
    [
      { filters: { tags: ['a'], plan: ['pro'] }, match: 'all' },
      'filter plan wants pro; the event has free',
    ],
    [
      { filters: { plan: ['pro'], tags: ['c'] } },
      'none of its 2 filters matches; plan wants pro; the event has free',
    ],
    [{ require: { plan: ['free'], tags: ['a'] } }, 'matched'],
    [{ require: { plan: ['free'], tags: ['c'] } }, 'required tags wants c; the event has a and b'],
    [
      { require: { plan: ['pro'] }, filters: { tags: ['a'] } },
      'required plan wants pro; the event has free',
    ],
    [{ filters: { plan: ['FREE'] } }, 'filter plan wants FREE; the event has free'],
  ])('%j: %s', (part, result) => {
    expect(match(part)).toBe(result);
  });

  it('keeps a reason short', () => {
    const accepted = Array.from({ length: 500 }, (_, index) => `${index}-${'x'.repeat(500)}`);
    const reason = match({ filters: { plan: accepted } });
    expect(reason).toContain('… or 495 more; the event has free');
    expect(reason.length).toBeLessThan(500);
  });

  it('is not fooled by names that every object has', () => {
    expect(match({ filters: { constructor: ['a'] } })).toContain('the event has none');
    const filters = JSON.parse('{"__proto__":["a"]}') as Record<string, string[]>;
    expect(match({ filters })).toContain('the event has none');
  });

  const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
  const texts = fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 3 });
  const wanted = fc.dictionary(names, texts, { noNullPrototype: true });

  it('means any, all and every as sets do', () => {
    const input = fc.record({ attributes: wanted, filters: wanted, require: wanted });
    fc.assert(
      fc.property(input, fc.constantFrom('any', 'all'), ({ attributes, filters, require }, how) => {
        const own = new Map(Object.entries(attributes));
        const has = ([name, accepted]: [string, string[]]): boolean =>
          (own.get(name) ?? []).some((text) => accepted.includes(text));
        const filtered = Object.entries(filters);
        const expected =
          Object.entries(require).every(has) &&
          (filtered.length === 0 || (how === 'any' ? filtered.some(has) : filtered.every(has)));
        const endpoint = { eventTypes: ['*'], filters, match: how, require, scope: null };
        const result = matchEndpoint(endpoint, { type: 't', attributes, data: null });
        expect(result.matched).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds in the data what it finds in the attributes', () => {
    const accepted = fc.array(fc.string(), { maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(fc.string())), accepted, (value, values) => {
        const endpoint = { eventTypes: ['*'], match: 'any', require: {}, scope: null } as const;
        const byName = matchEndpoint(
          { ...endpoint, filters: { x: values } },
          { type: 't', attributes: { x: value }, data: null },
        );
        const byPointer = matchEndpoint(
          { ...endpoint, filters: { 'data./x': values } },
          { type: 't', attributes: {}, data: { x: value } },
        );
        expect(byPointer.matched).toBe(byName.matched);
      }),
    );
  });
});
