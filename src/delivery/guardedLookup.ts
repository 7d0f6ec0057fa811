import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressGuard } from './address/addressGuard.js';
import { isLocalhost } from './address/hostNames.js';
import { ConnectError } from './connectError.js';

/**
 * A look-up whose answer may be connected to as it is. The name is looked up once, and the socket gets the very
 * addresses that were checked, so that a name which answers otherwise a moment later gains nothing. One refused
 * address among them refuses the name: which of them is tried is the socket's choice.
 */
export function createGuardedLookup(guard: AddressGuard, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    const reply = (addresses: LookupAddress[]): void => {
      const refused = addresses.find(({ address }) => guard.refusesAddress(address));
      const [first] = addresses;
      if (refused !== undefined || first === undefined) {
        const detail = refused === undefined ? 'has no address' : `leads to ${refused.address}`;
        callback(new ConnectError('unreachable', `${hostname} ${detail}, which is refused`), []);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    };
    if (isLocalhost(hostname)) {
      // Not asked of a resolver (RFC 6761): it may add ::1 where only 127.0.0.0/8 is allowed.
      reply(guard.localhostAddresses.map((address) => ({ address, family: isIP(address) })));
      return;
    }
    lookup(hostname, { ...options, all: true }, (error, answer, family) => {
      if (error !== null) callback(error, []);
      else reply(typeof answer === 'string' ? [{ address: answer, family: family ?? 0 }] : answer);
    });
  };
}
