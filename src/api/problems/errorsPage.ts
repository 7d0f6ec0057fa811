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
  request_in_flight:
    'A request with the same idempotency key has not been answered yet; repeat this one shortly.',
  endpoint_closed: 'Enable the endpoint first; for a deleted one nothing more is sent.',
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
  import_not_complete: 'Complete the import first; its rows are sent from then on.',
  import_cancelled: 'Make a new import; this one takes no rows and sends none.',
  delivery_final:
    'It is delivered, failed or cancelled, so there is nothing to cancel; a retry opens a new round.',
  tenant_in_use: "Delete the tenant's endpoints first.",
  body_too_large: 'Send less; large data is better sent by reference.',
  unsupported_media_type:
    'Send the `Content-Type` that `detail` names: `application/json`, or `application/x-ndjson` in bulk.',
  invalid_request: 'The body is JSON but breaks a rule; `errors` has a pointer to each place.',
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
].join('\n');
