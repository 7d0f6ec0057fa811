/**
 * For a statement that is a transaction of its own: a CTE that, once it is read, keeps the commit from waiting for the
 * disk. Should Postgres crash within the next half second, what the statement wrote may be undone as a whole. So only
 * for what is put right by itself, as leases are.
 */
export const unhurriedCommit = `unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))`;
