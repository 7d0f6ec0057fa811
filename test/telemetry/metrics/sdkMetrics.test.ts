import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../src/embedded/freePort.js';
import { installTemporalRuntime } from '../../../src/telemetry/installTemporalRuntime.js';
import { createLog } from '../../../src/telemetry/log.js';
import { SdkMetrics } from '../../../src/telemetry/metrics/sdkMetrics.js';
import { connectTemporal } from '../../../src/temporal/connectTemporal.js';
import { parseMetrics } from '../../setup/metricsOf.js';
import { claimTestNamespace } from '../../setup/testNamespace.js';

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

it("the SDK's metrics follow its runtime, whose port another program takes in between", async () => {
  const { address, namespace } = await claimTestNamespace();
  const ports: number[] = [];
  const sdkMetrics = new SdkMetrics(async () => {
    const port = await freePort(0);
    ports.push(port);
    return port;
  });
  expect(await sdkMetrics.page()).toBe('');
  await sdkMetrics.prepare();
  installTemporalRuntime(createLog('silent'), sdkMetrics.exporter());

  const connectAndRead = async (): Promise<string[]> => {
    const connection = await connectTemporal(address);
    await connection.workflowService.describeNamespace({ namespace });
    const page = await sdkMetrics.page();
    await connection.close();
    return [...parseMetrics(page).keys()];
  };
  const operation = 'operation="DescribeNamespace"';
  const names = await connectAndRead();
  expect(names.some((name) => name.includes(operation))).toBe(true);
  expect(names.every((name) => name.startsWith('temporal_'))).toBe(true);
  await expect(sdkMetrics.page()).rejects.toThrow('fetch failed');

  const thief = await listenOn(ports[0] ?? 0);
  onTestFinished(() => void thief.close());
  expect((thief.address() as AddressInfo).port).toBe(ports[0]);
  await sdkMetrics.prepare();
  expect((await connectAndRead()).some((name) => name.includes(operation))).toBe(true);
});
