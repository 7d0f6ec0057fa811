import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { RowPage } from '../domain/imports/rowPage.js';
import type { Format } from '../domain/formats/format.js';
import type { EndpointMatcher } from '../domain/matching.js';
import type { Problem, ProblemPart } from '../domain/problem.js';

/** An event type that comes ready. */
export interface CatalogType {
  name: string;
  title: string;
  description?: string;
  /** The types of a group belong together; with `action` it makes a matrix, a row for each group. */
  group: string;
  action?: string;
  /** For whom or when there are such events, in words. */
  availability?: string;
  /** Which rows of an import it brings. Such a type is subscribed to by its exact name, never through `*`. */
  rows?: RowChoice;
  /** A JSON Schema (2020-12) that submitted data must fit, before `accept` has seen it. */
  schema: object;
  /** The same of data that comes from an import, whose rows stand elsewhere; absent: `schema`. */
  importSchema?: object;
  /** Data that fits the schema. */
  sample: object;
}

/** An event of one of the catalog's types whose data fits its schema. */
export interface CatalogEvent {
  /** The shown id, `evt_…`. */
  id: string;
  type: string;
  /** ISO 8601, when it happened. */
  timestamp: string;
  /** The JSON text of the data; members stand once in each object of it. */
  data: string;
  /** The same, parsed. */
  value: unknown;
}

/** An import as its events tell of it. */
export interface ImportSummary {
  /** As its product knows it. */
  id: string;
  totalRows: number;
  validRows: number;
  invalidRows: number;
  metadata: Readonly<Record<string, string>>;
  /** ISO 8601. */
  completedAt: string;
  /** False: its rows go with their last acknowledgement. */
  keepsRows: boolean;
}

/** What a catalog may ask about the tenant of an event. */
export interface AcceptContext {
  /** Whether an import of the tenant's is here and keeps its rows; null: none of that id is. Only of `importIdOf`. */
  keepsRowsOf: (importId: string) => boolean | null;
  /**
   * The claims of a JWT that one of the tenant's JWT keys verifies, each by name as the JSON text that it came as; or why
   * it is refused, in words. Null: the tenant has no such key.
   */
  verifyJwt: ((token: string) => ReadonlyMap<string, string> | string) | null;
}

/** A format of a catalog. It carries the catalog's own types alone. */
export interface CatalogFormat extends Format {
  /** Those of the catalog's types that it carries; absent: all. */
  types?: readonly string[];
}

/** What rules may look at of an endpoint that has a format of the catalog. */
export interface RuledEndpoint extends EndpointMatcher {
  format: string;
}

/** What endpoints of the catalog's formats must have, and how many of them there may be. */
export interface EndpointRules {
  /** The attribute of the scope that each must have; absent: none must. */
  requiredScope?: string;
  /** Endpoints of a format and a tenant in one scope, disabled ones included, deleted ones not; absent: any number. */
  limit?: number;
  /** What else is wrong with one, with a pointer into the endpoint, or null. */
  problemOf?: (endpoint: RuledEndpoint) => ProblemPart | null;
}

/** What a catalog's own view of an endpoint may show. */
export interface ViewedEndpoint {
  url: string;
  eventTypes: readonly string[];
  enabled: boolean;
}

/** How the system itself has receivers pull the rows of an import, page by page: a GET with `page` and `limit`. */
export interface CatalogRoute {
  /** With one parameter, which is the import's id: `/rest/batch/:batchId/rows`. */
  path: string;
  /** In the API document: its name in code, and what it does. */
  operationId: string;
  summary: string;
  /** Rows on a page where the receiver doesn't say. */
  defaultLimit: number;
  /** The answer, JSON text. What the product gave is spliced in byte for byte. */
  showPage: (page: RowPage) => string;
  /** A JSON Schema of it, for the API document. */
  answer: object;
}

/** The events of one real system: their types, their bodies and their rules. Its functions are pure. */
export interface Catalog {
  /** That of its folder. */
  name: string;
  title: string;
  description: string;
  types: readonly CatalogType[];
  /** By name. */
  formats: Readonly<Record<string, CatalogFormat>>;
  /**
   * The JSON text of the data as it is to be stored and sent: filled, checked, stripped. Or what is wrong, with pointers
   * into the event (`/data/…`), as a problem of its own where it needs a code of its own. Absent: as it was submitted.
   */
  accept?: (
    event: CatalogEvent,
    context: AcceptContext,
  ) => string | readonly ProblemPart[] | Problem;
  /**
   * The data of an event that an import makes, before it is checked: what its product gave, the JSON text of an object,
   * with ids and counts filled in where they were left out. Absent: as it was given.
   */
  fillFromImport?: (type: string, data: string, summary: ImportSummary) => string;
  /** The import that submitted data (parsed, and not checked yet) is about; null: none. */
  importIdOf?: (value: unknown) => string | null;
  /** Attributes that follow from the data that was accepted; they win over submitted ones of the same name. */
  attributesOf?: (event: CatalogEvent) => Record<string, string | string[]>;
  endpointRules?: EndpointRules;
  /** How the system itself shows an endpoint of the catalog's formats, stored or not; for the owner's eyes. */
  viewEndpoint?: (endpoint: ViewedEndpoint) => object;
  /** They are there where the catalog is on, in the environment of the receiver's API key. */
  routes?: readonly CatalogRoute[];
}
