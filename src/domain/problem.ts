/** A place in the request and what is wrong there; `pointer` is a JSON pointer into the body, or `#query/limit`, `#header/…`, `#path/…`. */
export interface ProblemPart {
  pointer: string;
  detail: string;
}

/**
 * Every error that the API answers on purpose: its status and title. `docs/errors.md` and the OpenAPI document are
 * made from this table; `code` is its key.
 */
export const problemCodes = {
  bad_request: { status: 400, title: 'The request is malformed' },
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  duplicate_member: { status: 400, title: 'A member of the body stands twice' },
  unauthorized: { status: 401, title: 'No valid API key was given' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This method is not for this path' },
  upload_incomplete: { status: 408, title: 'The upload stopped before its end' },
  request_in_flight: { status: 409, title: 'The same request is still being worked on' },
  endpoint_closed: { status: 409, title: 'The endpoint is disabled, paused or deleted' },
  recovery_completed: { status: 409, title: 'The recovery has completed already' },
  recovery_limit: { status: 409, title: 'The tenant has all the running recoveries it may have' },
  scope_limit: { status: 409, title: 'The scope has all the endpoints it may have' },
  endpoint_limit: { status: 409, title: 'The tenant has all the endpoints it may have' },
  secret_limit: { status: 409, title: 'The endpoint has all the live secrets it may have' },
  jwt_key_limit: { status: 409, title: 'The tenant has all the JWT keys it may have' },
  kid_in_use: { status: 409, title: 'Another JWT key of the tenant has this kid' },
  name_reserved: { status: 409, title: 'The name is reserved' },
  catalog_conflict: { status: 409, title: 'A catalog has the name of another event type' },
  rows_expired_resend: { status: 409, title: 'The rows to send have expired' },
  payload_expired_resend: { status: 409, title: 'What is to be sent is not kept any more' },
  event_expired: { status: 409, title: 'The event has expired' },
  import_not_complete: { status: 409, title: 'The import is not complete' },
  import_cancelled: { status: 409, title: 'The import was cancelled' },
  delivery_final: { status: 409, title: 'The delivery has ended already' },
  import_exists: { status: 409, title: 'There is an import of that id already' },
  import_not_open: { status: 409, title: 'The import takes no more rows' },
  offset_mismatch: { status: 409, title: 'The import has another number of rows' },
  tenant_in_use: { status: 409, title: 'The tenant still has endpoints' },
  rows_expired: { status: 410, title: "The import's rows have expired" },
  payload_expired: { status: 410, title: 'What the event carried is not kept any more' },
  body_too_large: { status: 413, title: 'The body is larger than allowed' },
  row_too_large: { status: 413, title: 'A row is larger than allowed' },
  import_too_large: { status: 413, title: 'The import has all the rows it may have' },
  unsupported_media_type: { status: 415, title: 'The body is not of a type that this route takes' },
  invalid_request: { status: 422, title: 'The request breaks a rule' },
  reserved_for_service: { status: 422, title: 'This is for the service itself to do' },
  invalid_row: { status: 422, title: 'A row is not as it should be' },
  undeclared_type: { status: 422, title: 'The event type is not declared' },
  data_breaks_schema: { status: 422, title: "The data breaks the event type's schema" },
  claims_refused: { status: 422, title: "The tenant's own claims can't be relied on" },
  data_breaks_rule: { status: 422, title: "The data breaks a rule of the event type's catalog" },
  data_unfit_for_format: { status: 422, title: "The data doesn't fit the format of an endpoint" },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used with another body' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** Thrown where a request is refused on purpose; shown as RFC 9457 problem details. Never thrown for a receiver's failure. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly parts: readonly ProblemPart[] = [],
    /** Where rows were uploaded: how many the import has now, which is the offset to go on from. */
    readonly stored: number | null = null,
  ) {
    super(`${code}: ${detail}`);
  }
}
