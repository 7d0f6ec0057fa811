import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientSchema } from '../../src/docs/clientSchema.js';

it("the client's types are as `npm run docs` makes them from the OpenAPI document", async () => {
  const { path, text } = await clientSchema();
  expect(readFileSync(path, 'utf8') === text, 'run `npm run docs`').toBe(true);
});
