import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';

const host = '127.0.0.1';
const lowestPort = 10_000;
const highestLowPort = 32_767;
/** For each port. */
const maxTries = 100;

/** The preferred port of 127.0.0.1 where it is free, otherwise any free one; 0 prefers none. */
export async function freePort(preferredPort: number): Promise<number> {
  const held = await holdFreePort(preferredPort);
  await held.release();
  return held.port;
}

/** The same, held until it is released, which is the moment before somebody else is to listen on it. */
export async function holdFreePort(preferredPort: number): Promise<HeldPort> {
  const held = (await holdPort(preferredPort)) ?? (await holdPort(0));
  if (held === undefined) throw new Error(`No free port on ${host}`);
  return held;
}

/** Undefined where it is taken. */
async function tryPort(port: number): Promise<number | undefined> {
  const held = await holdPort(port);
  await held?.release();
  return held?.port;
}

/** The preferred port of 127.0.0.1 where it is free, otherwise one of `freeLowPorts`; 0 prefers none. */
export async function freeLowPort(preferredPort: number): Promise<number> {
  const preferred = preferredPort === 0 ? undefined : await tryPort(preferredPort);
  const [any = preferredPort] = preferred === undefined ? await freeLowPorts(1) : [];
  return preferred ?? any;
}

/**
 * That many ports, all of them different, from 10,000 to 32,767: below those that the system gives to whoever asks for
 * any, and storable in a `smallint`.
 */
export async function freeLowPorts(count: number): Promise<number[]> {
  const held: HeldPort[] = [];
  for (let tries = 0; held.length < count && tries < maxTries * count; tries += 1) {
    const one = await holdPort(randomInt(lowestPort, highestLowPort + 1));
    if (one !== undefined) held.push(one);
  }
  await Promise.all(held.map((one) => one.release()));
  if (held.length < count) throw new Error(`No ${count} free ports on ${host}`);
  return held.map(({ port }) => port);
}

export interface HeldPort {
  port: number;
  release: () => Promise<void>;
}

function holdPort(port: number): Promise<HeldPort | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      const release = () => new Promise<void>((released) => server.close(() => released()));
      resolve({ port: bound, release });
    });
  });
}
