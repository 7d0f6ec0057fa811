// Workflow code: runs in Temporal's sandbox, without Node. Only re-exports stand here.
export { deliverBatches } from './deliverBatches.js';
export { deliverEvent } from './deliverEvent.js';
export { drainEndpoint } from './drainEndpoint.js';
export { recover } from './recover.js';
export { redeliver } from './redeliver.js';
