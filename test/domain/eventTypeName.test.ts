import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventTypePattern,
  subscriptionIncludes,
  subscriptionPattern,
} from '../../src/domain/eventTypeName.js';

const word = fc.string({
  unit: fc.constantFrom('a', 'B', '7', '_', '-'),
  minLength: 1,
  maxLength: 5,
});
const eventType = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'));

describe('eventTypePattern', () => {
  it.each(['flow', 'flow.end', 'a-b_c.D9', '__proto__', 'a'.repeat(128)])('takes %j', (name) => {
    expect(eventTypePattern.test(name)).toBe(true);
    expect(subscriptionPattern.test(name)).toBe(true);
  });

  it.each(['', '.', 'flow.', '.end', 'a..b', 'flow.*', '*', 'a b', 'é', 'a\n', 'a'.repeat(129)])(
    'refuses %j',
    (name) => expect(eventTypePattern.test(name)).toBe(false),
  );

  it('refuses a long name quickly', () => {
    const startedAtMs = performance.now();
    expect(eventTypePattern.test(`${'a.'.repeat(1_000_000)}!`)).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });
});

describe('subscriptionPattern', () => {
  it.each(['*', 'flow.*', 'flow.step.*'])('takes %j', (subscription) => {
    expect(subscriptionPattern.test(subscription)).toBe(true);
  });

  it.each(['', '.*', 'flow*', '*.end', 'flow.*.end', '**', 'flow.**', 'flow.* ', '*.*'])(
    'refuses %j',
    (subscription) => expect(subscriptionPattern.test(subscription)).toBe(false),
  );
});

describe('subscriptionIncludes', () => {
  it.each([
    ['flow.end', 'flow.end', true],
    ['flow.end', 'flow.ended', false],
    ['flow.end', 'flow.end.late', false],
    ['flow.*', 'flow.end', true],
    ['flow.*', 'flow.step.end', true],
    ['flow.*', 'flow', false],
    ['flow.*', 'flows.end', false],
    ['flow.*', 'my.flow.end', false],
    ['*', 'flow', true],
  ])('%s, %s: %s', (subscription, type, included) => {
    expect(subscriptionIncludes(subscription, type)).toBe(included);
  });

  it('takes names exactly, and all below a name at any depth', () => {
    fc.assert(
      fc.property(eventType, eventType, (one, other) => {
        expect(subscriptionIncludes(one, other)).toBe(one === other);
        expect(subscriptionIncludes(`${one}.*`, `${one}.${other}`)).toBe(true);
        expect(subscriptionIncludes(`${one}.*`, other)).toBe(other.startsWith(`${one}.`));
        expect(subscriptionIncludes('*', other)).toBe(true);
      }),
    );
  });
});
