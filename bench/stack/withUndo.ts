import closeWithGrace from 'close-with-grace';
import { Undo } from '../../src/service/undo.js';

/** More than all steps take: the service alone may have a minute. */
const undoWithinMs = 120_000;

/** Does the work and undoes what it started, also when it is interrupted. */
export async function withUndo(work: (undo: Undo) => Promise<void>): Promise<void> {
  const undo = new Undo();
  const listeners = closeWithGrace({ delay: undoWithinMs, logger: false }, async ({ err }) => {
    if (err) console.error(err);
    await undo.all();
  });
  try {
    await work(undo);
  } finally {
    await undo.all();
    listeners.uninstall();
  }
}
