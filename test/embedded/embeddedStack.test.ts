import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../setup/tempFolder.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { findProcesses } from '../../src/embedded/findProcesses.js';
import { startEmbeddedStack, type EmbeddedStack } from '../../src/embedded/startEmbeddedStack.js';
import type { StackRecord } from '../../src/embedded/stackRecord.js';
import { builtDist } from '../setup/builtDist.js';
import { eventually } from '../setup/eventually.js';

interface StarterSays {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string;
}

const anyPorts = { postgres: 0, temporal: 0, temporalUi: 0 };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let stackModule: string;
let dataDir: string;
let stack: EmbeddedStack | undefined;
const starters: ChildProcess[] = [];

beforeAll(async () => {
  stackModule = join(await builtDist(), 'src', 'embedded', 'startEmbeddedStack.js');
}, 180_000);

beforeEach(() => {
  dataDir = makeTempFolder('stack');
});

afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  for (const starter of starters.splice(0)) await end(starter, 'SIGTERM');
  expect(servers()).toEqual({ postgres: [], temporal: [] });
  rmSync(dataDir, { recursive: true });
});

const servers = () => ({
  postgres: findProcesses(['-D', join(dataDir, 'postgres', 'data')]),
  temporal: findProcesses(['start-dev', join(dataDir, 'temporal', 'temporal.db')]),
});

async function startHere(preferredPorts = anyPorts): Promise<EmbeddedStack> {
  stack = await startEmbeddedStack({
    dataDir,
    postgres: true,
    temporal: true,
    temporalNamespace: 'kept',
    retentionHours: 48,
    preferredPorts,
    log: silent,
  });
  await stack.temporalReady;
  return stack;
}

/** Starts the stack in a process of its own. */
async function startThere(): Promise<{ starter: ChildProcess; says: StarterSays }> {
  const program = join(packageRoot, 'test', 'embedded', 'starter.mjs');
  const starter = spawn(process.execPath, [program, stackModule, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  starters.push(starter);
  const [line] = (await once(createInterface(starter.stdout as NodeJS.ReadableStream), 'line')) as [
    string,
  ];
  return { starter, says: JSON.parse(line) as StarterSays };
}

async function end(process: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = once(process, 'exit');
  process.kill(signal);
  await exited;
}

async function query(databaseUrl: string | undefined, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** The id that Temporal gave the namespace when it was made. */
async function namespaceId(address: string | undefined): Promise<string | null | undefined> {
  const connection = await Connection.connect({ address: address ?? '' });
  try {
    const found = await connection.workflowService.describeNamespace({ namespace: 'kept' });
    expect(Number(found.config?.workflowExecutionRetentionTtl?.seconds)).toBe(48 * 3_600);
    return found.namespaceInfo?.id;
  } finally {
    await connection.close();
  }
}

describe('startEmbeddedStack', () => {
  it('starts both where their ports are taken, says where, and stops both', async () => {
    const holders = await Promise.all([hold(), hold(), hold()]);
    const [postgres = 0, temporal = 0, temporalUi = 0] = holders.map(portOf);
    const { databaseUrl, temporalUiUrl, recordApiUrl, stop } = await startHere({
      postgres,
      temporal,
      temporalUi,
    });
    recordApiUrl('http://127.0.0.1:8080');
    const recordFile = join(dataDir, 'record.json');
    const text = readFileSync(recordFile, 'utf8');
    const record = JSON.parse(text) as StackRecord;
    expect(record.pid).toBe(process.pid);
    expect(record.ports.postgres).toBe(Number(new URL(databaseUrl ?? '').port));
    expect(
      Object.values(record.ports).filter((port) => holders.map(portOf).includes(port)),
    ).toEqual([]);
    expect(record.urls).toEqual({ api: 'http://127.0.0.1:8080', temporalUi: temporalUiUrl });
    expect(text).not.toContain(new URL(databaseUrl ?? '').password);
    expect(await query(databaseUrl, 'SELECT current_database() AS name')).toEqual([
      { name: 'everhook' },
    ]);
    expect((await fetch(temporalUiUrl ?? '')).status).toBe(200);

    await stop();
    stack = undefined;
    expect(servers()).toEqual({ postgres: [], temporal: [] });
    expect(existsSync(recordFile)).toBe(false);
    for (const holder of holders) await new Promise((resolve) => holder.close(resolve));
  });

  it('refuses a second start, which leaves the first alone', async () => {
    const { starter, says } = await startThere();
    const before = servers();
    // Ctrl-C in a terminal signals its process group: the service is to stop its servers itself, when it has drained.
    for (const pid of [...before.postgres, ...before.temporal]) expect(processGroup(pid)).toBe(pid);
    await expect(startHere()).rejects.toThrow(`in use by process ${starter.pid}`);
    expect(servers()).toEqual(before);
    expect(await query(says.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('goes on after a SIGKILL of the service alone: its servers are replaced, the data kept', async () => {
    const { starter, says } = await startThere();
    await query(says.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const id = await namespaceId(says.temporalAddress);
    await end(starter, 'SIGKILL');
    const left = servers();
    expect(left.postgres).toHaveLength(1);
    expect(left.temporal).toHaveLength(1);

    const { databaseUrl, temporalAddress } = await startHere();
    expect(await query(databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await namespaceId(temporalAddress)).toBe(id);
    const now = servers();
    expect(now.postgres).toHaveLength(1);
    expect(now.temporal).toHaveLength(1);
    expect(now.postgres).not.toEqual(left.postgres);
    expect(now.temporal).not.toEqual(left.temporal);
  });

  it('goes on after a SIGKILL of everything', async () => {
    const { starter, says } = await startThere();
    await query(says.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const id = await namespaceId(says.temporalAddress);
    const { postgres, temporal } = servers();
    await end(starter, 'SIGKILL');
    for (const pid of [...postgres, ...temporal]) process.kill(pid, 'SIGKILL');

    const { databaseUrl, temporalAddress } = await startHere();
    expect(await query(databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await namespaceId(temporalAddress)).toBe(id);
  });

  it('starts a server that was killed again, where it was', async () => {
    const { databaseUrl, temporalAddress } = await startHere();
    const id = await namespaceId(temporalAddress);
    const { postgres, temporal } = servers();
    for (const pid of [...postgres, ...temporal]) process.kill(pid, 'SIGKILL');
    await eventually(() => query(databaseUrl, 'SELECT 1'), { withinMs: 20_000 });
    expect(await eventually(() => namespaceId(temporalAddress), { withinMs: 20_000 })).toBe(id);
  });

  it('stops what it has begun when it is told to while it starts', async () => {
    const stopping = new AbortController();
    const starting = startEmbeddedStack({
      dataDir,
      postgres: true,
      temporal: true,
      temporalNamespace: 'kept',
      retentionHours: 48,
      preferredPorts: anyPorts,
      log: silent,
      signal: stopping.signal,
    });
    stopping.abort();
    await expect(starting).rejects.toThrow('aborted');
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });
});

/** The fifth field of /proc/[pid]/stat; the tests of the stack run on Linux. */
function processGroup(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

async function hold(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
