import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalogs/catalog.js';
import { completeEvent } from '../../src/catalogs/completeEvent.js';
import { Problem } from '../../src/domain/problem.js';

const type = {
  name: 'thing.made',
  title: 'A thing was made',
  group: 'thing',
  schema: { type: 'object', required: ['n'] },
  sample: { n: 1 },
};
const plain: Catalog = {
  name: 'things',
  title: 'Things',
  description: 'What happens to things',
  types: [type],
  formats: {},
};

function complete(catalog: Partial<Catalog>, data: string) {
  return completeEvent(
    { type, catalog: { ...plain, ...catalog } },
    {
      ...{ id: 'evt_1', type: type.name, timestamp: '2026-01-31T00:00:00Z', data },
      ...{ value: JSON.parse(data) as unknown, attributes: { mode: 'given', team: 'a' } },
      fromImport: false,
    },
    { verifyJwt: null, keepsRowsOf: () => null },
  );
}

describe("an event of a catalog's type", () => {
  it('stays as it is where the catalog says nothing else', () => {
    expect(complete({}, '{"n": 1.10}')).toEqual({
      data: '{"n": 1.10}',
      value: { n: 1.1 },
      attributes: { mode: 'given', team: 'a' },
    });
  });

  it('is what accept makes of it, with the attributes that follow from that', () => {
    const completed = complete(
      {
        accept: ({ data, id }) => data.replace('}', `,"id":"${id}"}`),
        attributesOf: ({ value }) => ({ mode: (value as { id: string }).id }),
      },
      '{"n":1}',
    );
    expect(completed).toEqual({
      data: '{"n":1,"id":"evt_1"}',
      value: { n: 1, id: 'evt_1' },
      attributes: { mode: 'evt_1', team: 'a' },
    });
  });

  it('is refused by the schema first, then for a member twice, then by accept', () => {
    const parts = [{ pointer: '/data/n', detail: 'n may not be 2' }];
    const codeOf = (data: string): unknown => {
      const problem = complete({ accept: () => parts }, data);
      if (!(problem instanceof Problem)) throw new Error('It was not refused');
      return [problem.code, problem.parts.map(({ pointer }) => pointer)];
    };
    expect(codeOf('{"m":1,"m":1}')).toEqual(['data_breaks_schema', ['/data']]);
    expect(codeOf('{"n":2,"n":2}')).toEqual(['data_breaks_rule', ['/data']]);
    expect(codeOf('{"n":3,"a":[{"b":{"c":1,"\\u0063":2}}]}')).toEqual([
      'data_breaks_rule',
      ['/data'],
    ]);
    expect(codeOf('{"n":2}')).toEqual(['data_breaks_rule', ['/data/n']]);
    expect(complete({ accept: () => parts }, '{"n":2}')).toMatchObject({ parts });
    const own = new Problem('claims_refused', 'no');
    expect(complete({ accept: () => own }, '{"n":2}')).toBe(own);
  });
});
