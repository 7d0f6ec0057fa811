import { describe, expect, it } from 'vitest';
import {
  attributeNameProblem,
  attributeTexts,
  attributeValueProblem,
  eventAttributeNameProblem,
} from '../../src/domain/attributes.js';

describe('attributeNameProblem', () => {
  it.each(['plan', 'Plan-2.b_c', '9', 'data', 'database.x', 'a'.repeat(64)])('takes %j', (name) => {
    expect(attributeNameProblem(name)).toBeNull();
    expect(eventAttributeNameProblem(name)).toBeNull();
  });

  it.each(['data./status', 'data./a b/~0~1/0', 'data./', 'data./é'])('takes %j', (name) => {
    expect(attributeNameProblem(name)).toBeNull();
  });

  it.each([
    ['', '1 to 64'],
    ['a'.repeat(65), '1 to 64'],
    ['a b', '1 to 64'],
    ['__proto__', 'begins with a letter or digit'],
    ['a:b', '1 to 64'],
    ['a\n', '1 to 64'],
    ['data.', 'data./status'],
    ['data.status', 'data./status'],
    ['data./a~b', '~0'],
    ['data./\u0000', 'U+0000'],
    ['data./\ud800', 'surrogate'],
    [`data./${'a'.repeat(256)}`, '256'],
  ])('refuses %j and says %j', (name, part) => {
    expect(attributeNameProblem(name)).toContain(part);
  });

  it("leaves pointers to endpoints: an event's own attributes have names", () => {
    expect(eventAttributeNameProblem('data./status')).toContain('pointer');
  });
});

describe('attributeValueProblem', () => {
  it.each(['', 'pro', 'é😀', 'a\nb', 'a'.repeat(512)])('takes %j', (value) => {
    expect(attributeValueProblem(value)).toBeNull();
  });

  it.each(['a'.repeat(513), 'a\0', 'a\ud800', '\udc00a'])('refuses %j', (value) => {
    expect(attributeValueProblem(value)).not.toBeNull();
  });
});

describe('attributeTexts', () => {
  const event = {
    attributes: { plan: 'pro', tags: ['a', 'b'], none: [] },
    data: JSON.parse(
      '{"s":"x","n":1.50,"z":-0,"big":1e21,"t":true,"nil":null,"o":{"in":1},"list":["y",2,null,{"a":1},["q"]]}',
    ) as unknown,
  };

  it.each([
    ['plan', ['pro']],
    ['tags', ['a', 'b']],
    ['none', []],
    ['s', []],
    ['toString', []],
    ['__proto__', []],
    ['data./s', ['x']],
    ['data./n', ['1.5']],
    ['data./z', ['0']],
    ['data./big', ['1e+21']],
    ['data./t', ['true']],
    ['data./nil', ['null']],
    ['data./o', []],
    ['data./o/in', ['1']],
    ['data./list', ['y', '2', 'null']],
    ['data./list/0', ['y']],
    ['data./missing', []],
    ['data./toString', []],
    ['data./a~b', []],
    ['data.s', []],
  ])('%s', (name, texts) => {
    expect(attributeTexts(event, name)).toEqual(texts);
  });

  it('has none where the data is no object', () => {
    for (const data of [null, 'text', 3, undefined]) {
      expect(attributeTexts({ attributes: {}, data }, 'data./length')).toEqual([]);
    }
  });
});
