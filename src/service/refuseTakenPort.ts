import { createServer } from 'node:net';

interface Address {
  host: string;
  port: number;
}

/**
 * Throws where the API could not listen, before anything is started for it. Another program may still take the port in
 * between; then listening itself throws.
 */
export async function refuseTakenPort(address: Address): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause) => reject(cannotListen(address, cause)));
    probe.listen(address, () => probe.close(() => resolve()));
  });
}

/** What to tell of an address that can't be listened on. */
export function cannotListen({ host, port }: Address, cause: unknown): Error {
  return new Error(
    `The API can't listen on ${host}:${port}; PORT (0: any that is free) and HOST say where it does.`,
    { cause },
  );
}
