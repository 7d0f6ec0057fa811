import { join } from 'node:path';
import openApiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { packageRoot } from '../config/packageRoot.js';
import type { GeneratedDoc } from './generatedDocs.js';
import { openApiDocument } from './openApiDocument.js';

const head = '// Made from the OpenAPI document by `npm run docs`; not to be edited.\n\n';

/**
 * The types of the client, from the OpenAPI document. In a `.ts` and not a `.d.ts`, which the compiler would not copy
 * to `dist/`, where `everhook/client` is imported from.
 */
export async function clientSchema(): Promise<GeneratedDoc> {
  const types = await openApiTypes((await openApiDocument()) as OpenAPI3);
  return {
    path: join(packageRoot, 'src', 'client', 'schema.ts'),
    text: head + astToString(types),
  };
}
