import { keepRunning, type KeptServer } from '../../embedded/keepRunning.js';
import type { ServerProcess } from '../../embedded/serverProcess.js';
import {
  removeStackRecord,
  writeStackRecord,
  type StackRecord,
} from '../../embedded/stackRecord.js';

export interface ProcessPlan<P extends ServerProcess> {
  name: string;
  /** `last` is the one that ended: the next is to be found at the same place. */
  start: (last: P | undefined) => Promise<P>;
  /** Where it answers. */
  at: (process: P) => string;
}

export interface KeptProcess<P extends ServerProcess> extends KeptServer {
  first: P;
}

/** The processes of a cluster: each that ends is started again, and what runs now is on record in the data folder. */
export class ClusterProcesses {
  readonly #record: StackRecord & Required<Pick<StackRecord, 'processes'>> = {
    pid: process.pid,
    ports: {},
    urls: {},
    processes: {},
  };

  constructor(
    readonly dataFolder: string,
    private readonly say: (line: string) => void,
  ) {}

  /** By name: process id, and where it answers. */
  get all(): Readonly<Record<string, { pid: number; at: string }>> {
    return this.#record.processes;
  }

  /** Starts one and keeps it running until it is stopped. */
  async keep<P extends ServerProcess>({
    name,
    start,
    at,
  }: ProcessPlan<P>): Promise<KeptProcess<P>> {
    const first = await start(undefined);
    this.#note(name, first.pid, at(first));
    let last = first;
    const restart = async (): Promise<P> => {
      last = await start(last);
      this.#note(name, last.pid, at(last));
      this.say(`${name} runs again, as process ${last.pid}`);
      return last;
    };
    const log = {
      warn: this.say,
      error: (facts: { err: unknown }, message: string) =>
        this.say(`${message}: ${(facts.err as Error).message}`),
    };
    return { ...keepRunning(name, first, restart, log), first };
  }

  /** Puts addresses where the command line finds them, as of a single service. */
  noteAddresses(addresses: Pick<StackRecord, 'ports' | 'urls'>): void {
    Object.assign(this.#record, addresses);
    writeStackRecord(this.dataFolder, this.#record);
  }

  close(): void {
    removeStackRecord(this.dataFolder);
  }

  #note(name: string, pid: number, at: string): void {
    this.#record.processes[name] = { pid, at };
    writeStackRecord(this.dataFolder, this.#record);
  }
}
