import { describe, expect, it } from 'vitest';
import { FirstAttempts } from '../../../src/intake/dispatch/firstAttempts.js';

describe('FirstAttempts', () => {
  it('tells all that wait for an event, and a start that is forgotten ends no other wait', async () => {
    const firstAttempts = new FirstAttempts();
    const ended: string[] = [];
    const waitFor = (name: string, eventId: string) => {
      const { made, forget } = firstAttempts.of(eventId);
      void made.then(({ failed }) => ended.push(failed ? `${name} failed` : name));
      return forget;
    };
    waitFor('start', 'one');
    const forgetRetry = waitFor('retry', 'one');
    waitFor('other', 'two');
    forgetRetry();
    await Promise.resolve();
    expect(ended).toEqual(['retry']);
    firstAttempts.made('one', true);
    await Promise.resolve();
    expect(ended).toEqual(['retry', 'start failed']);
  });
});
