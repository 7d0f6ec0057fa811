import { z } from 'zod';

/** The query of a route that takes none. */
export const noQuery = z.strictObject({});
/** The body of a route that takes none; an empty object is let pass. Fastify hands over null where no body came. */
export const noBody = z.strictObject({}).nullish();
/** The answer 204. */
export const noContent = z.undefined().describe('Done; no body');
/** The path of a route that has no parameters. */
export const noParams = z.strictObject({});
