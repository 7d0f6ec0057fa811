import type { IncomingMessage } from 'node:http';
import { Problem } from '../domain/problem.js';

interface UploadBounds {
  /** How long nothing may come while it is waited for. */
  silenceMs: number;
  /** Aborted when the service stops. */
  stopping: AbortSignal;
}

/**
 * The body of an upload as it comes, read no faster than it is taken. Throws a `Problem` where it stops before its end.
 * (Not by the stream's own iterator: it destroys the connection when it is left early, and no answer would arrive.)
 */
export async function* uploadBlocks(
  request: IncomingMessage,
  bounds: UploadBounds,
): AsyncGenerator<Buffer, void, void> {
  const changes = new Changes(request, bounds.stopping);
  try {
    for (;;) {
      if (bounds.stopping.aborted) throw stoppedProblem();
      const block = request.read() as Buffer | null;
      if (block !== null) yield block;
      else if (request.readableEnded) return;
      else if (request.destroyed) throw incomplete('The connection broke.');
      else if (!(await changes.next(bounds.silenceMs))) {
        throw incomplete(`Nothing has come for ${bounds.silenceMs / 1_000} s.`);
      }
    }
  } finally {
    changes.stop();
  }
}

/** Whatever may happen to a request's body while it is waited for. */
class Changes {
  #wake: () => void = () => undefined;
  readonly #onChange = (): void => this.#wake();

  constructor(
    private readonly request: IncomingMessage,
    private readonly stopping: AbortSignal,
  ) {
    for (const event of bodyEvents) request.on(event, this.#onChange);
    stopping.addEventListener('abort', this.#onChange);
  }

  /** False: nothing happened for so long. */
  async next(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const changed = new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(() => resolve(false), withinMs);
    });
    return await changed.finally(() => clearTimeout(timer));
  }

  stop(): void {
    for (const event of bodyEvents) this.request.off(event, this.#onChange);
    this.stopping.removeEventListener('abort', this.#onChange);
    // What still comes is dropped: unread, it would hold up what comes after it, and its end would never be seen.
    this.request.on('error', () => undefined).resume();
  }
}

const bodyEvents = ['readable', 'end', 'close', 'error'] as const;

function incomplete(detail: string): Problem {
  return new Problem('upload_incomplete', detail);
}

function stoppedProblem(): Problem {
  return new Problem('unavailable', 'The service is being stopped.');
}
