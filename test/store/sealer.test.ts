import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, parseEncryptionKeys } from '../../src/store/sealer.js';

const first = `2026:${Buffer.alloc(32, 1).toString('base64')}`;
const second = `old_1-A:${Buffer.alloc(32, 2).toString('base64')}`;
const sealer = createSealer(parseEncryptionKeys(`${first},${second}`));

describe('sealer', () => {
  it('opens what it sealed, whatever the text and the context', () => {
    const context = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), context, (plain, where) => {
        expect(sealer.open(sealer.seal(plain, where), where)).toBe(plain);
      }),
    );
  });

  it('has the agreed form and names the first key', () => {
    const sealed = sealer.seal('secret', ['endpoint']);
    expect(sealed).toMatch(/^v1\.2026\.[\w-]{16}\.[\w-]{8}\.[\w-]{22}$/);
    expect(sealer.seal('secret', ['endpoint'])).not.toBe(sealed);
  });

  it('opens under any of its keys, in any order', () => {
    const sealed = createSealer(parseEncryptionKeys(second)).seal('secret', []);
    expect(sealer.open(sealed, [])).toBe('secret');
  });

  it.each([
    [['a', 'b'], ['ab']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a', 'b'], ['a']],
    [['a","b'], ['a', 'b']],
    [['a', ''], ['a']],
  ])('does not open %j as %j', (sealedFor, openedAs) => {
    const sealed = sealer.seal('secret', sealedFor);
    expect(() => sealer.open(sealed, openedAs)).toThrow(/belongs to another place, was altered/);
  });

  it('does not open once any character has changed', () => {
    const sealed = sealer.seal('a secret of some length', ['x']);
    const start = sealed.indexOf('.', 3) + 1;
    fc.assert(
      fc.property(fc.integer({ min: start, max: sealed.length - 1 }), (at) => {
        const other = sealed[at] === 'A' ? 'Z' : 'A';
        const altered = sealed.slice(0, at) + other + sealed.slice(at + 1);
        expect(() => sealer.open(altered, ['x'])).toThrow();
      }),
    );
  });

  it('says which key is missing', () => {
    const sealed = sealer.seal('secret', []);
    const other = createSealer(parseEncryptionKeys(second));
    expect(() => other.open(sealed, [])).toThrow(
      'Sealed with key "2026", which EVERHOOK_ENCRYPTION_KEYS does not have',
    );
  });

  it('notices other bytes under the same id', () => {
    const sealed = sealer.seal('secret', []);
    const other = parseEncryptionKeys(`2026:${randomBytes(32).toString('base64')}`);
    expect(() => createSealer(other).open(sealed, [])).toThrow(/other bytes under that id/);
  });

  it.each(['', 'v1', 'v2.a.b.c.d', 'plain text', 'v1.2026.AAAA.AAAA.AAAA'])(
    'refuses %j as a sealed text',
    (text) => {
      expect(() => sealer.open(text, [])).toThrow(/Not a sealed text/);
    },
  );
});

describe('parseEncryptionKeys', () => {
  it('takes spaces around entries and a line break at the end', () => {
    const keys = parseEncryptionKeys(` ${first} , ${second}\n`);
    expect(keys.sealingKeyId).toBe('2026');
    expect([...keys.byId.keys()]).toEqual(['2026', 'old_1-A']);
  });

  const key = Buffer.alloc(32, 7).toString('base64');
  it.each([
    ['', /entry 1 of 1 must be `id:base64`/],
    [key, /must be `id:base64`/],
    [`a:${key},`, /entry 2 of 2 must be/],
    [`:${key}`, /needs an id/],
    [`a b:${key}`, /needs an id/],
    [`${'a'.repeat(33)}:${key}`, /needs an id/],
    [`a:${key},a:${key}`, /repeats the id "a"/],
    [`a:${Buffer.alloc(31).toString('base64')}`, /needs 32 bytes in base64/],
    [`a:${Buffer.alloc(33).toString('base64')}`, /needs 32 bytes in base64/],
    [`a:${'*'.repeat(43)}=`, /needs 32 bytes in base64/],
  ])('refuses %j and shows no key', (text, expected) => {
    const parse = () => parseEncryptionKeys(text);
    expect(parse).toThrow(expected);
    expect(parse).toThrow(/^EVERHOOK_ENCRYPTION_KEYS: /);
    try {
      parse();
    } catch (error) {
      expect(String(error)).not.toContain(key);
    }
  });
});
