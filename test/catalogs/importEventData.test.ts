import { describe, expect, it } from 'vitest';
import { catalogsOn } from '../../src/catalogs/catalogs.js';
import { importEventData } from '../../src/catalogs/importEventData.js';

const summary = {
  id: 'upload-7',
  totalRows: 12,
  validRows: 11,
  invalidRows: 1,
  metadata: { uploadedBy: 'user-7' },
  completedAt: '2026-01-31T13:45:00.000Z',
  keepsRows: true,
};

function dataOf(type: string, given: string | null): unknown {
  const text = importEventData(catalogsOn(null).typeOf(type), type, given, summary);
  return JSON.parse(text) as unknown;
}

describe('the data of an event that an import makes', () => {
  it('is what the product gave, byte for byte, for a type of its own', () => {
    const given = '{ "n": 1.10 }';
    expect(importEventData(undefined, 'contacts.imported', given, summary)).toBe(given);
  });

  it('says which import it is and what it has, where the product gave nothing', () => {
    expect(dataOf('contacts.imported', null)).toEqual({
      importId: 'upload-7',
      totalRows: 12,
      validRows: 11,
      invalidRows: 1,
    });
  });

  it('has id and metadata of the import for Pulter', () => {
    const metadata = { uploadedBy: 'user-7' };
    expect(dataOf('all', null)).toEqual({ id: 'upload-7', metadata });
    expect(dataOf('all', '{"id":"own","metadata":{}}')).toEqual({ id: 'own', metadata: {} });
  });

  it("has the import's id as batchId, and its counts, for Flatfile", () => {
    const given = '{"scope":{"teamId":48903}}';
    expect(dataOf('portalImportSubmitted', given)).toEqual({
      scope: { teamId: 48903, batchId: 'upload-7' },
      payload: { totalRows: 12, validRows: 11, invalidRows: 1 },
    });
    expect(dataOf('workspaceRecordsAdded', null)).toEqual({
      scope: { batchId: 'upload-7' },
      payload: { totalRecords: 12, validRecords: 11, invalidRecords: 1 },
    });
    const payload = { status: 'accepted', recordIds: [1] };
    expect(dataOf('recordStatusModified', JSON.stringify({ payload }))).toEqual({
      scope: { batchId: 'upload-7' },
      payload,
    });
  });

  it('keeps what the product says of a Flatfile import', () => {
    const given = { scope: { batchId: 'own' }, payload: { totalRows: 1 } };
    expect(dataOf('portalImportSubmitted', JSON.stringify(given))).toEqual(given);
  });

  it('leaves what is no object to the schema', () => {
    expect(dataOf('recordStatusModified', '{"scope":7}')).toEqual({ scope: 7 });
  });

  it('has id, rows and has_data of the import for Dromo', () => {
    expect(dataOf('import_completed', '{"filename":"a.csv"}')).toEqual({
      filename: 'a.csv',
      id: 'upload-7',
      created_date: '2026-01-31T13:45:00.000Z',
      num_data_rows: 12,
      has_data: true,
    });
  });
});
