import { describe, expect, it } from 'vitest';
import { customHeaderProblem } from '../../src/delivery/customHeaders.js';

describe('customHeaderProblem', () => {
  it.each([
    ['Authorization', 'Bearer abc.def'],
    ['X-Api-Key', ''],
    ['x-tenant', 'a, b; c="d"'],
    ['User-Agent', 'Mine/1'],
  ])('allows %s: %s', (name, value) => {
    expect(customHeaderProblem(name, value)).toBeNull();
  });

  it.each([
    'Host',
    'connection',
    'Keep-Alive',
    'TE',
    'trailer',
    'Transfer-Encoding',
    'upgrade',
    'Content-Length',
    'content-type',
    'expect',
    'accept-encoding',
    'Proxy-Authorization',
    'proxy-connection',
    'Webhook-Id',
    'webhook-anything',
    'Metadata-Flavor',
    'Metadata',
    'X-aws-ec2-metadata-token',
    'x-aws-ec2-metadata-token-ttl-seconds',
    '',
    'a b',
    'a:b',
    'naïve',
    'a\r\nb',
    'x'.repeat(101),
  ])('refuses the name %j', (name) => {
    expect(customHeaderProblem(name, 'x')).toMatch(/header/i);
  });

  it.each(['a\r\nx-evil: 1', 'a\nb', 'a\0', 'a\tb', 'ü', ' a', 'a ', 'x'.repeat(4097)])(
    'refuses the value %j',
    (value) => {
      expect(customHeaderProblem('x-mine', value)).toMatch(/header's value/);
    },
  );
});
