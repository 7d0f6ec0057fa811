import { type ProblemCode, problemCodes } from '../../domain/problem.js';

/** What a client does about each problem. */
const remedies: Record<ProblemCode, string> = {
  bad_request:
    'A part of the path, the query or a header is malformed; `errors` says which and how it should look.',
  invalid_json: 'The body is not JSON (RFC 8259) in UTF-8; `detail` names line and column.',
  duplicate_member: 'Keep one of the two members that `detail` names.',
  unauthorized: 'Send `Authorization: Bearer <API key>` with a key that is live.',
  forbidden: 'Use a key that has the scope, or the reach, that `detail` names.',
  not_found:
    'Check path and id. What belongs to another tenant or environment is answered the same way.',
  method_not_allowed: 'Use one of the methods in the `Allow` header.',
  upload_incomplete:
    'Go on with the rows from `?offset=` and the number in `stored` on; send without pauses of a minute.',
  request_in_flight:
    'A request with the same idempotency key has not been answered yet; repeat this one shortly.',
  endpoint_closed: 'Enable or resume the endpoint first; for a deleted one nothing more is sent.',
  recovery_completed: 'It has resent all it was about; cancel single deliveries instead.',
  recovery_limit: 'Wait until one completes, or cancel one that is no longer needed.',
  scope_limit:
    'Delete an endpoint of the scope that is no longer needed; disabled ones count, too.',
  endpoint_limit: 'Delete an endpoint of the tenant that is no longer needed.',
  secret_limit:
    'Wait until an old secret ends, or end the old ones at once with `"overlapSeconds": 0`.',
  jwt_key_limit: 'Delete a JWT key that signs nothing any more.',
  kid_in_use: 'Give the key another `kid`, or delete the key that has it first.',
  name_reserved:
    'Choose another name; one of a catalog is free where the catalog is off (`PATCH /v1/environment`).',
  catalog_conflict:
    'Delete the event type that `detail` names, or leave one of the catalogs off (`PATCH /v1/environment`).',
  rows_expired_resend:
    'Rows are kept for a time, or until the last acknowledgement (`keepRows: false`). Import them again.',
  payload_expired_resend:
    'What events carry is kept for a time (`EVERHOOK_PAYLOAD_RETENTION_DAYS`). Submit the event again.',
  event_expired:
    'Nothing is sent of an event after its `expiresAt`. Submit it again, with a later one.',
  import_not_complete: 'Complete the import first; its rows are sent from then on.',
  import_cancelled: 'Make a new import; this one takes no rows and sends none.',
  delivery_final:
    'It is delivered, failed or cancelled, so there is nothing to cancel; a retry opens a new round.',
  import_exists: 'Choose another `id`, or go on with the import that has it.',
  import_not_open: 'It is complete or cancelled; create another import for further rows.',
  offset_mismatch:
    'Go on from the row after the first `stored` ones (`?offset=`). Where another upload to the same import is under way, leave it to that one.',
  tenant_in_use: "Delete the tenant's endpoints first.",
  rows_expired:
    'Rows are kept for a time, or until their deliveries are done; upload them to a new import if they are needed again.',
  payload_expired:
    'What events carry is kept for a time (`EVERHOOK_PAYLOAD_RETENTION_DAYS`); the event itself is still shown.',
  body_too_large: 'Send less; large data is better sent by reference.',
  row_too_large:
    'Make the row that `detail` names smaller, or have the operator raise `EVERHOOK_MAX_ROW_BYTES`; go on with it, from `stored` on. The rows before it are kept.',
  import_too_large:
    'Complete this import and put the rows from `stored` on into another one, or have the operator raise the limit that `detail` names.',
  unsupported_media_type:
    'Send the `Content-Type` that `detail` names: `application/json`; `application/x-ndjson` in bulk; that or `text/csv` for rows.',
  invalid_request: 'The body is JSON but breaks a rule; `errors` has a pointer to each place.',
  reserved_for_service:
    'Event types that begin with `everhook.` and the tenant `everhook:operational` are for operational events, which the service makes itself; choose another name.',
  invalid_row:
    'Mend the line that `detail` names and go on with it: from `stored` on (`?offset=`), or with the whole again from the same `?offset=` as before. The rows before it are kept.',
  undeclared_type:
    'Declare the type first, or have the environment accept undeclared ones (`PATCH /v1/environment`).',
  data_breaks_schema:
    "Mend the data where `errors` points, or declare the event type's schema differently. Where the type is your own and a catalog happens to have the name, turn that catalog off (`PATCH /v1/environment`).",
  claims_refused:
    "Send a JWT that one of the tenant's JWT keys verifies (RS256, ES256 or HS256, not expired); without any key, send a plain object.",
  data_breaks_rule: 'Mend the data where `errors` points.',
  data_unfit_for_format:
    "Send data that the format can carry, give the endpoint that `detail` names another format, or don't have it subscribe to this type.",
  idempotency_key_reused:
    'Use a new idempotency key for another body; repeat a request with the same bytes.',
  internal_error: 'Repeat the request later; the operator finds it in the log by its `requestId`.',
  unavailable: 'Repeat the request after the seconds in `Retry-After`; nothing was accepted.',
};

/** The page `docs/errors.md`: every code with its status, its meaning and what to do about it. */
export function errorsPage(): string {
  const codes = Object.keys(problemCodes) as ProblemCode[];
  const sections = codes.map((code) => {
    const { status, title } = problemCodes[code];
    return `## ${code}\n\n${status}: ${title}.\n\n${remedies[code]}\n`;
  });
  return `# Errors\n\n${introduction}\n\n${sections.join('\n')}`;
}

const introduction = [
  'Every error is a problem document (RFC 9457), `application/problem+json`: `type` (a link to the section below),',
  '`title`, `status`, `detail` (what is wrong this time), `code`, `requestId`, and `errors`, a list of',
  '`{ pointer, detail }`. A pointer is a JSON pointer into the body, or begins with `#path/`, `#query/` or `#header/`.',
  'Where rows were uploaded there is `stored` besides: how many rows the import has now.',
].join('\n');
