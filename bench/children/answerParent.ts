import type { Answer, Call, Handlers } from './handlers.js';

/** Answers the calls of the process that forked this one, and ends with it. */
export function answerParent(handlers: Handlers): void {
  process.on('message', (call: Call) => {
    void answer(handlers, call).then((result) => process.send?.(result));
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ id: 0, result: null } satisfies Answer);
}

async function answer(handlers: Handlers, { id, name, input }: Call): Promise<Answer> {
  try {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`No handler ${name}`);
    return { id, result: await handler(input as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
