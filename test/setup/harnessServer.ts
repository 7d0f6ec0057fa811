import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildDist } from './buildDist.js';
import { findChromium } from './findChromium.js';
import type { HarnessGifts } from './harness.js';
import { findTestTemporal, namespacePool, startTestTemporal } from './startTestTemporal.js';
import { startTestPostgres } from './startTestPostgres.js';

export interface Harness {
  url: string;
  stop: () => Promise<void>;
}

type Give = { [K in keyof HarnessGifts]: () => Promise<HarnessGifts[K]> };

/**
 * Serves the test files of one run, which are processes of their own. Everything is started when first asked for, so
 * that a run of pure tests starts nothing. What takes longer than any test may wait, a first build of Temporal, is done
 * before the first file is.
 */
export async function startHarness(folder: string): Promise<Harness> {
  const postgres = once(() => startTestPostgres(join(folder, 'postgres')));
  const binary = findTestTemporal();
  const temporal = once(
    async () => await startTestTemporal(join(folder, 'temporal'), await binary),
  );
  const build = once(buildDist);
  const chromium = once(findChromium);
  const namespaces = [...namespacePool];
  const give: Give = {
    postgres: async () => (await postgres.get()).gift,
    temporal: async () => (await temporal.get()).gift,
    namespace: async () => {
      const namespace = namespaces.shift();
      if (namespace === undefined) throw new Error('All test namespaces are taken: raise the pool');
      return { namespace };
    },
    build: build.get,
    chromium: chromium.get,
  };
  // Why there is none is told to those who ask for it; the other tests run all the same.
  await binary.catch(() => undefined);
  const server = await serve(give);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([postgres.stop(), temporal.stop(), build.stop()]);
    },
  };
}

/** Made when first asked for; what was made, and can be, is stopped. */
function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | undefined;
  const stop = async () => {
    if (made === undefined) return;
    const [result] = await Promise.allSettled([made]);
    if (result.status === 'rejected') return;
    const value = result.value as { stop?: () => Promise<void> };
    await value.stop?.();
  };
  return { get: () => (made ??= make()), stop };
}

async function serve(give: Record<string, () => Promise<unknown>>): Promise<Server> {
  const server = createServer((request, response) => {
    const gift = give[request.url?.slice(1) ?? ''];
    if (gift === undefined) {
      response.writeHead(404).end(`no ${request.url}`);
      return;
    }
    gift().then(
      (given) => response.end(JSON.stringify(given)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
