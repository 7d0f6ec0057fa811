import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { BoundedMemo } from '../domain/boundedMemo.js';
import type { ProblemPart } from '../domain/problem.js';

/** RFC 3339, section 5.6. The library takes any white space for the T, a line break too, and zones without a colon. */
const dateTimeShape = /^[\d-]{10}T[\d:.]+(?:Z|[+-]\d\d:\d\d)$/i;

/** Errors listed for one event; the first ones are enough to mend it by. */
const maxErrorsListed = 20;
/** Compiled schemas kept; each change of a type makes a new one. */
const maxCompiled = 1_000;

/** A JSON Schema (2020-12) ready to check data with. */
export interface DataSchema {
  /** What breaks the schema, with pointers into the event (`/data/…`); empty if nothing does. */
  problemsOf(data: unknown): ProblemPart[];
}

/** Compiles a JSON Schema given as JSON text. Throws an `Error` that says in plain words what is wrong with it. */
export type SchemaCompiler = (schemaText: string) => DataSchema;

/**
 * A compiler that never forgets a schema: for those that come with the code. (The first schema of a compiler costs 70 ms,
 * each further one 2.)
 */
export function createSchemaCompiler(): SchemaCompiler {
  // What overflows to Infinity is no number to receivers, whose parsers would each make something else of it.
  const ajv = new Ajv2020({ allErrors: true, strict: false, strictNumbers: true, logger: false });
  addFormats.default(ajv);
  const { validate } = fullFormats['date-time'] as { validate: (text: string) => boolean };
  ajv.addFormat('date-time', (text) => dateTimeShape.test(text) && validate(text));
  return (schemaText) => dataSchemaOf(ajv.compile(JSON.parse(schemaText) as object | boolean));
}

/** Compiles with a compiler of its own, so that schemas which are declared anew and anew don't pile up. */
export const compileDataSchema: SchemaCompiler = (schemaText) => createSchemaCompiler()(schemaText);

function dataSchemaOf(validate: ValidateFunction): DataSchema {
  return {
    problemsOf(data) {
      try {
        if (validate(data)) return [];
      } catch (error) {
        // A schema that refers to itself without end fails its own events, not those committed with them.
        if (!(error instanceof RangeError)) throw error;
        return [{ pointer: '/data', detail: `The schema cannot be applied: ${error.message}` }];
      }
      return (validate.errors ?? []).slice(0, maxErrorsListed).map(partOf);
    },
  };
}

/** What the messages of these keywords leave out. */
const namedBy: Partial<Record<string, (params: ErrorObject['params']) => string>> = {
  additionalProperties: ({ additionalProperty }) => String(additionalProperty),
  const: ({ allowedValue }) => JSON.stringify(allowedValue),
  enum: ({ allowedValues }) => JSON.stringify(allowedValues).slice(1, -1),
};

function partOf({ instancePath, message, keyword, params }: ErrorObject): ProblemPart {
  const named = namedBy[keyword]?.(params);
  const detail = `${message ?? keyword}${named === undefined ? '' : ` (${named})`}`;
  return { pointer: `/data${instancePath}`, detail };
}

/** Compiled schemas by their text, so that the same schema is compiled once. */
export class DataSchemas {
  readonly #compiled = new BoundedMemo<DataSchema>(maxCompiled);

  get(schemaText: string): DataSchema {
    return this.#compiled.of(schemaText, () => compileDataSchema(schemaText));
  }
}
