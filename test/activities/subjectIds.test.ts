import { ApplicationFailure } from '@temporalio/common';
import { v7 as newUuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { bareId, scopeOf } from '../../activities/subjectIds.js';

describe('scopeOf', () => {
  it('takes shown ids to bare ones', () => {
    const id = newUuid();
    expect(scopeOf({ eventId: `evt_${id}` })).toEqual({ eventId: id });
    expect(scopeOf({ deliveryId: `dlv_${id}` })).toEqual({ deliveryId: id });
  });
});

describe('bareId', () => {
  it.each([undefined, null, 7, '', 'evt_', newUuid(), `dlv_${newUuid()}`, [`evt_${newUuid()}`]])(
    'fails for good on %j',
    (shown) => {
      const failure = (() => {
        try {
          return bareId('event', shown);
        } catch (error) {
          return error;
        }
      })();
      expect(failure).toBeInstanceOf(ApplicationFailure);
      expect(failure).toMatchObject({ nonRetryable: true, type: 'InvalidId' });
    },
  );
});
