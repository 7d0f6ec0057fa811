import { timingSafeEqual, createHash } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.js';
import { bearerToken } from './bearerToken.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** By one of these a proxy says that it asks for somebody else. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/**
 * Throws a `Problem` where a request may not read the metrics: with a token set, without that; otherwise, where it
 * comes from another machine, through a proxy on this one, too. They name no tenant, but tell the traffic.
 */
export function permitMetrics(
  { headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>,
  token: string | undefined,
): void {
  if (token !== undefined) {
    if (isSame(bearerToken(headers.authorization) ?? '', token)) return;
    const detail = 'Send "Authorization: Bearer <EVERHOOK_METRICS_TOKEN>".';
    throw new Problem('unauthorized', detail, [{ pointer: '#header/authorization', detail }]);
  }
  // An IPv4 address that came over IPv6, `::ffff:127.0.0.1`, is found by its subnet, too.
  const isProxied = proxyHeaders.some((name) => headers[name] !== undefined);
  if (isProxied || !loopback.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')) {
    throw new Problem(
      'forbidden',
      'The metrics are for the machine itself, unless EVERHOOK_METRICS_TOKEN is set.',
    );
  }
}

/** In a time that tells nothing, whatever their lengths. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
