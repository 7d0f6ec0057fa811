import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address/addressGuard.js';
import { connectFailure } from './answerFailure.js';
import { ConnectError } from './connectError.js';
import { createGuardedLookup } from './guardedLookup.js';

export interface ConnectorOptions {
  guard: AddressGuard;
  lookup: LookupFunction;
  /** For look-up, TCP and TLS together. */
  connectTimeoutMs: number;
  /** Certificate authorities (PEM) trusted besides those that come with Node. */
  ca?: readonly string[];
}

/**
 * The one door to the network. undici asks its `lookup` for names only, never for IP literals, and Node 20 ignores
 * `net.connect({ blockList })`, so literals are checked here, names in the look-up, and what was connected to again.
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { guard } = options;
  const connect = buildConnector({
    lookup: createGuardedLookup(guard, options.lookup),
    autoSelectFamily: true,
    timeout: options.connectTimeoutMs,
    // Made once: from a `ca` on each connection it would take some 150 certificates apart each time.
    secureContext: createSecureContext({
      minVersion: 'TLSv1.2',
      ...(options.ca === undefined ? {} : { ca: [...rootCertificates, ...options.ca] }),
    }),
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED=0 doesn't reach deliveries.
    rejectUnauthorized: true,
  });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && guard.refusesAddress(host)) {
      // Not in this tick: undici is still making room for the connection.
      setImmediate(() => callback(refused(host), null));
      return;
    }
    connect(target, (...[error, socket]) => {
      if (error !== null) {
        callback(connectFailure(error, target.protocol), null);
        return;
      }
      const { remoteAddress } = socket;
      if (remoteAddress !== undefined && !guard.refusesAddress(remoteAddress)) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      const lost = new ConnectError('connection lost', 'closed as soon as it was open');
      callback(remoteAddress === undefined ? lost : refused(remoteAddress), null);
    });
  };
}

function refused(address: string): ConnectError {
  return new ConnectError('unreachable', `the address ${address} is refused`);
}
