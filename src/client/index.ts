export { createClient, type ClientOptions, type EverhookClient } from './createClient.js';
export { dataOf } from './dataOf.js';
export { ProblemError, type ProblemDetails } from './problemError.js';
export { UnreachableError } from './unreachableError.js';
export type { components, operations, paths } from './schema.js';
