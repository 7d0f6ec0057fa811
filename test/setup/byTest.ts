import { systemActor } from '../../src/domain/audit.js';

/** Who changes things where a test does so below the API. */
export const byTest = systemActor('test');
