import { expect } from 'vitest';
import type { Pool } from '../../src/store/pool.js';

/** What stands in every table, as text: table and rows. */
export async function allRows(pool: Pool): Promise<[string, string][]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  return await Promise.all(
    tables.map(async ({ name }): Promise<[string, string]> => {
      const { rows } = await pool.query(`SELECT t::text FROM ${name} t`);
      return [name, JSON.stringify(rows)];
    }),
  );
}
