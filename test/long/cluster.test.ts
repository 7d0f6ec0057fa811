import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreachableError } from '../../src/client/index.js';
import { processIdentity } from '../../src/embedded/processIdentity.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { clusterFlaw, startClusterProcess, type ClusterProcess } from './startClusterProcess.js';

/** Why there is no cluster here; known before the tests are collected, so that it stands in the report. */
const flaw = await clusterFlaw();

/** A worker's death is noticed when the time-out of its workflow task, 10 s, has passed; then what waited is worked off. */
const recoveryMs = 90_000;

let folder: string;
let receiver: Receiver;
let cluster: ClusterProcess;

beforeAll(async () => {
  if (flaw !== undefined) return;
  folder = makeTempFolder('cluster');
  receiver = await startReceiver();
  cluster = await startClusterProcess(folder);
});

afterAll(async () => {
  await cluster?.end();
  await receiver?.close();
});

const receivedIds = () => new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));

/** A product that submits one event after the other to one API, and goes on when that is away. */
class Submitter {
  readonly accepted: string[] = [];
  /** Submissions that got no answer; whether they were accepted is not known. */
  unanswered = 0;
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(private readonly api: string) {
    this.#loop = this.#run();
  }

  /** Resolves when that many more have been accepted. */
  async accept(count: number): Promise<void> {
    const wanted = this.accepted.length + count;
    await eventually(() => expect(this.accepted.length).toBeGreaterThanOrEqual(wanted), {
      withinMs: 60_000,
    });
  }

  /** Throws what an API answered that wasn't an acceptance. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
  }

  async #run(): Promise<void> {
    const client = cluster.client(this.api);
    while (!this.#isOver) {
      try {
        const { id } = await client.send({ data: { api: this.api, n: this.accepted.length } });
        this.accepted.push(id);
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        this.unanswered += 1;
      }
      await sleep(20);
    }
  }
}

async function expectDelivered(submitters: readonly Submitter[]): Promise<void> {
  const accepted = submitters.flatMap((submitter) => submitter.accepted);
  await eventually(
    () => {
      const received = receivedIds();
      expect(accepted.filter((id) => !received.has(id))).toEqual([]);
    },
    { withinMs: recoveryMs, everyMs: 250 },
  );
}

describe.skipIf(flaw !== undefined)(`a cluster${flaw === undefined ? '' : ` (${flaw})`}`, () => {
  it('loses no event while workers and an API are killed, and refuses none', async () => {
    await cluster.client('api-1').createEndpoint(receiver.url);
    const submitters = [new Submitter('api-1'), new Submitter('api-2')];
    const [first, second] = submitters as [Submitter, Submitter];
    const acceptSome = () => Promise.all(submitters.map((submitter) => submitter.accept(25)));
    await acceptSome();
    for (const name of ['worker-1', 'api-1', 'worker-2']) {
      await cluster.killAndWait(name);
      await acceptSome();
    }
    for (const submitter of submitters) await submitter.end();
    expect(second.unanswered).toBe(0);
    expect(first.unanswered).toBeGreaterThan(0);
    await expectDelivered(submitters);

    // What was stored without an answer counts, too: nothing stays open.
    const open = await eventually(
      async () => {
        const states = ['pending', 'retrying', 'queued', 'failed'].map(async (state) => {
          const { text } = await cluster
            .client('api-2')
            .call('GET', `deliveries?state=${state}&limit=250`);
          return (JSON.parse(text) as { data: unknown[] }).data;
        });
        const left = (await Promise.all(states)).flat();
        if (left.length > 0) throw new Error(`${left.length} deliveries are open`);
        return left;
      },
      { withinMs: recoveryMs, everyMs: 500 },
    );
    expect(open).toEqual([]);
  });

  it('loses none while the Temporal server and its UI are killed, and refuses none', async () => {
    const submitter = new Submitter('api-1');
    await submitter.accept(25);
    await cluster.killAndWait('temporal');
    await submitter.accept(25);
    await cluster.killAndWait('temporal-ui');
    await submitter.end();
    expect(submitter.unanswered).toBe(0);
    await expectDelivered([submitter]);
    const ui = await fetch(cluster.processes()['temporal-ui']?.at ?? '');
    expect([ui.status, await ui.text()]).toEqual([200, expect.stringContaining('<html')]);
  });

  it('ends whole on Ctrl-C, and keeps its data', async () => {
    const { id } = await cluster.client('api-1').send();
    const pids = Object.values(cluster.processes()).map(({ pid }) => pid);
    expect(pids).toHaveLength(7);
    expect(await cluster.end()).toBe(0);
    expect(pids.filter((pid) => processIdentity(pid) !== undefined)).toEqual([]);

    cluster = await startClusterProcess(folder);
    const [delivery] = await cluster.client('api-2').deliveriesOf(id);
    await cluster.client('api-2').until(delivery?.id ?? '', 'delivered', recoveryMs);
    expect(receivedIds()).toContain(id);
  });
});
