/**
 * The condition that selects an endpoint, unless it was deleted or is a one-off: `$1` is its id, `$2` the environment,
 * `$3` the tenant.
 */
export const isTheEndpoint = `id = $1 AND environment = $2 AND tenant = $3 AND deleted_at IS NULL AND NOT one_off`;
