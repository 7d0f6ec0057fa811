import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freeLowPort, freeLowPorts, freePort } from '../../src/embedded/freePort.js';

describe('freePort', () => {
  it('takes the preferred port, or another where that one is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const other = await freePort(port);
    expect(other).not.toBe(port);
    expect(other).toBeGreaterThan(0);
    await new Promise((resolve) => server.close(resolve));
    expect(await freePort(port)).toBe(port);
  });
});

describe('freeLowPorts', () => {
  it('gives as many as asked for, all different, that fit a smallint', async () => {
    const ports = await freeLowPorts(50);
    expect(new Set(ports).size).toBe(50);
    for (const port of ports) expect(port).toBeLessThan(2 ** 15);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(10_000);
  });
});

describe('freeLowPort', () => {
  it('takes the preferred port, or a low one where that one is taken or none is preferred', async () => {
    const server = createServer();
    const [port = 0] = await freeLowPorts(1);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    for (const preferred of [port, 0]) {
      const other = await freeLowPort(preferred);
      expect(other).not.toBe(port);
      expect(other).toBeLessThan(2 ** 15);
    }
    await new Promise((resolve) => server.close(resolve));
    expect(await freeLowPort(port)).toBe(port);
  });
});
