import { isIP } from 'node:net';
import { hostNameProblem, isLocalhost } from './hostNames.js';
import { globalIpv6, internalIpv4, internalIpv6 } from './internalRanges.js';
import { createNetworkSet, type NetworkSet } from './networkSet.js';
import { refusesPort } from './refusedPorts.js';
import { parseUrl } from './parseUrl.js';

export interface AddressGuardOptions {
  /** CIDRs that may be sent to although they are internal. */
  allowNetworks: readonly string[];
  /** Whether `http:` is allowed everywhere; to addresses in allowed networks it always is. */
  allowHttp: boolean;
}

export type CheckedUrl = { url: URL; problem: null } | { url: null; problem: string };

/**
 * Decides where requests may go. What holds is the decision on the address, at connect time; the one on a URL's text
 * is for an early and clear error.
 */
export interface AddressGuard {
  /** Parses a URL, or says why it may not be an endpoint's, in words for its owner. Resolves no name. */
  checkUrl(text: string): CheckedUrl;
  urlProblem(text: string): string | null;
  /** The one spelling to store and to dial. Throws on a text that `urlProblem` refuses. */
  normalizeUrl(text: string): string;
  /** Whether an IP address may not be connected to; a text that isn't one may not. */
  refusesAddress(address: string): boolean;
  /** Where `localhost` leads: those loopback addresses that are allowed. */
  readonly localhostAddresses: readonly string[];
}

/** Throws on a malformed network, naming `EVERHOOK_ALLOW_NETWORKS`. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const allowed = allowedNetworks(options.allowNetworks);
  const refused = createNetworkSet([...internalIpv4, ...internalIpv6]);
  const globalSix = createNetworkSet([globalIpv6]);
  const localhostAddresses = ['127.0.0.1', '::1'].filter((address) => allowed.has(address));

  const refusesAddress = (address: string): boolean => {
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return true;
    if (allowed.has(address)) return false;
    return refused.has(address) || (version === 6 && !globalSix.has(address));
  };
  const isAllowedLocalhost = (host: string): boolean =>
    isLocalhost(host) && localhostAddresses.length > 0;
  const hostProblem = (host: string): string | null => {
    if (isIP(host) === 0) return isAllowedLocalhost(host) ? null : hostNameProblem(host);
    return refusesAddress(host)
      ? `The address ${host} is internal; an endpoint must be on the public internet.`
      : null;
  };
  const schemeProblem = (scheme: string, host: string): string | null => {
    const allows = options.allowHttp || allowed.has(host) || isAllowedLocalhost(host);
    return scheme === 'https:' || allows ? null : 'The URL must begin with https://.';
  };
  const checkUrl = (text: string): CheckedUrl => {
    const url = parseUrl(text);
    if (typeof url === 'string') return { url: null, problem: url };
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const problem = hostProblem(host) ?? schemeProblem(url.protocol, host) ?? portProblem(url.port);
    return problem === null ? { url, problem } : { url: null, problem };
  };

  return {
    checkUrl,
    urlProblem: (text) => checkUrl(text).problem,
    normalizeUrl(text) {
      const { url, problem } = checkUrl(text);
      if (url === null) throw new Error(problem);
      return url.href;
    },
    refusesAddress,
    localhostAddresses,
  };
}

/** `port` is empty where the scheme's own is meant. */
function portProblem(port: string): string | null {
  return port !== '' && refusesPort(Number(port))
    ? `Port ${port} is not one for web servers.`
    : null;
}

function allowedNetworks(cidrs: readonly string[]): NetworkSet {
  try {
    return createNetworkSet(cidrs);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`EVERHOOK_ALLOW_NETWORKS: ${detail}`, { cause });
  }
}
