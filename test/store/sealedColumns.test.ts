import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealedColumns } from '../../src/store/sealedColumns.js';
import { openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

describe('the list of sealed columns', () => {
  it('has all of the schema', async () => {
    const { rows } = await store.pool.query<{ name: string }>(
      `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND a.attname LIKE '%sealed%' AND NOT a.attisdropped`,
    );
    const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
    expect(listed.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
  });

  it.each(sealedColumns.filter(({ table }) => table !== 'encryption_check'))(
    '$table.$column has an index by its key and its primary key',
    async ({ table, column, key }) => {
      const { rows } = await store.pool.query<{ indexdef: string }>(
        'SELECT indexdef FROM pg_indexes WHERE tablename = $1',
        [table],
      );
      const wanted = `(sealing_key(${column}), ${Object.keys(key).join(', ')})`;
      expect(rows.map(({ indexdef }) => indexdef).join('\n')).toContain(wanted);
    },
  );
});
