// Workflow code: runs in Temporal's sandbox, without Node. Only re-exports stand here.
export { deliverEvent } from './deliverEvent.js';
export { redeliver } from './redeliver.js';
