import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { clientSchema } from './clientSchema.js';
import { generatedDocs } from './generatedDocs.js';

for (const { path, text } of [...generatedDocs(), await clientSchema()]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
