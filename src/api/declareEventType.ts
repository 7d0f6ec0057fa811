import { Ajv2020 } from 'ajv/dist/2020.js';
import { scanJson } from '../domain/json/scanJson.js';
import { Problem, type ProblemPart } from '../domain/problem.js';
import { compileDataSchema, type DataSchema } from '../jsonSchema/dataSchemas.js';

export interface DeclaredTexts {
  schema: string | null;
  sample: string | null;
}

/**
 * The texts of `schema` and `sample` in the body, as they were given. Throws `invalid_request` where the schema is none
 * or the sample doesn't fit it.
 */
export function declareEventType(bodyText: string): DeclaredTexts {
  const { members } = scanJson(bodyText);
  const textOf = (name: string): string | null => {
    const slice = members?.get(name);
    return slice === undefined ? null : bodyText.slice(slice.start, slice.end);
  };
  const schemaText = textOf('schema');
  const schema = schemaText === 'null' ? null : schemaText;
  const sample = textOf('sample');
  if (schema !== null) refuseMisfit(compiled(schema), sample);
  return { schema, sample };
}

/** Throws where the text is no JSON Schema: first what the meta-schema finds, since that has pointers. */
function compiled(schemaText: string): DataSchema {
  const schema = JSON.parse(schemaText) as object | boolean;
  const ajv = new Ajv2020({ strict: false, logger: false });
  const known =
    typeof schema === 'boolean' || !('$schema' in schema) || ajv.getSchema(String(schema.$schema));
  if (!known) {
    throw schemaProblem([
      { pointer: '/schema/$schema', detail: 'must be that of 2020-12, or left out' },
    ]);
  }
  if (typeof schema === 'object' && '$async' in schema) {
    // It would make checks answer with promises, which pass for true.
    throw schemaProblem([{ pointer: '/schema/$async', detail: 'is not taken; leave it out' }]);
  }
  if (ajv.validateSchema(schema) !== true) {
    const faults = (ajv.errors ?? []).map(({ instancePath, message }) => ({
      pointer: `/schema${instancePath}`,
      detail: message ?? 'is not valid',
    }));
    throw schemaProblem(faults);
  }
  try {
    return compileDataSchema(schemaText);
  } catch (error) {
    // What the meta-schema lets pass: a $ref that leads nowhere, a pattern that is no regular expression.
    if (!(error instanceof Error)) throw error;
    throw schemaProblem([{ pointer: '/schema', detail: error.message }]);
  }
}

function refuseMisfit(schema: DataSchema, sample: string | null): void {
  if (sample === null) return;
  const parts = schema.problemsOf(JSON.parse(sample)).map(({ pointer, detail }) => ({
    pointer: pointer.replace(/^\/data/, '/sample'),
    detail,
  }));
  if (parts.length > 0) throw problemOf('The sample does not fit the schema', parts);
}

function schemaProblem(parts: readonly ProblemPart[]): Problem {
  return problemOf('The schema is not a valid JSON Schema (2020-12)', parts);
}

function problemOf(what: string, parts: readonly ProblemPart[]): Problem {
  const [first] = parts;
  return new Problem('invalid_request', `${what}: ${first?.pointer} ${first?.detail}.`, parts);
}
