import { fork } from 'node:child_process';
import { once } from 'node:events';
import { stopProcess } from '../../src/embedded/stopProcess.js';
import type { Answer, Handlers } from './handlers.js';

export interface Child<H extends Handlers> {
  pid: number;
  call<K extends keyof H & string>(
    name: K,
    ...input: Parameters<H[K]>
  ): Promise<Awaited<ReturnType<H[K]>>>;
  stop(): Promise<void>;
}

const stopSteps = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/** Forks a module that calls `answerParent`; resolves when it is ready. Throws if it ends before. */
export async function startChild<H extends Handlers>(
  moduleUrl: URL,
  commandArguments: readonly string[],
): Promise<Child<H>> {
  const child = fork(moduleUrl, commandArguments);
  const waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  const ended = once(child, 'exit').then(() => {
    const error = new Error(`${moduleUrl.pathname} ended`);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  const answerTo = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  child.on('message', (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) caller?.reject(new Error(answer.error));
    else caller?.resolve(answer.result);
  });
  await answerTo(0);
  const pid = child.pid as number;
  let lastId = 0;
  return {
    pid,
    call(name, ...[input]) {
      lastId += 1;
      const answer = answerTo(lastId);
      child.send({ id: lastId, name, input });
      return answer as Promise<Awaited<ReturnType<H[typeof name]>>>;
    },
    async stop() {
      await stopProcess(pid, stopSteps);
      await ended;
    },
  };
}
