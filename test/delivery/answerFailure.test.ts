import { describe, expect, it } from 'vitest';
import { answerFailure, connectFailure, errorText } from '../../src/delivery/answerFailure.js';
import { ConnectError } from '../../src/delivery/connectError.js';

const failed = (code: string, more: object = {}) =>
  Object.assign(new Error(`it says ${code}`), { code, ...more });
const connecting = (code: string) => failed(code, { syscall: 'connect', errno: -1 });

describe('connectFailure', () => {
  it.each([
    ['https:', connecting('ECONNREFUSED'), 'unreachable'],
    ['https:', connecting('ENETUNREACH'), 'unreachable'],
    ['https:', failed('ENOTFOUND', { syscall: 'getaddrinfo' }), 'unreachable'],
    [
      'https:',
      new AggregateError([connecting('ECONNREFUSED'), connecting('ETIMEDOUT')]),
      'unreachable',
    ],
    ['https:', failed('ECONNRESET', { syscall: 'read', errno: -104 }), 'tls failed'],
    ['https:', failed('CERT_HAS_EXPIRED'), 'tls failed'],
    ['http:', failed('SOMETHING_NEW'), 'unreachable'],
    ['https:', failed('UND_ERR_CONNECT_TIMEOUT'), 'timed out'],
  ])('%s %s is %s', (protocol, error, failure) => {
    const found = connectFailure(error, protocol);
    expect(found).toBeInstanceOf(ConnectError);
    expect(found).toMatchObject({ failure, cause: error });
    expect(answerFailure(found)).toBe(failure);
  });

  it.each([connecting('EMFILE'), new AggregateError([connecting('EMFILE')]), failed('ENOMEM')])(
    'leaves %s as it is, to be thrown',
    (error) => {
      expect(connectFailure(error, 'https:')).toBe(error);
      expect(answerFailure(error)).toBeNull();
    },
  );
});

describe('answerFailure', () => {
  it('holds what is unknown against the receiver, so that the schedule bounds it', () => {
    expect(answerFailure(new Error('an assertion in the client'))).toBe('invalid response');
  });
});

describe('errorText', () => {
  it('has code and text of each, 500 characters at most', () => {
    expect(errorText(failed('ECONNREFUSED'))).toBe('it says ECONNREFUSED');
    expect(errorText(Object.assign(new Error('no'), { code: 'X' }))).toBe('X: no');
    expect(errorText(new AggregateError([connecting('A'), connecting('B')]))).toBe(
      'it says A; it says B',
    );
    expect(errorText(new Error('x'.repeat(1_000)))).toHaveLength(500);
  });
});
