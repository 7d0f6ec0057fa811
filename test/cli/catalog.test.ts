import { describe, expect, it } from 'vitest';
import { catalogNames, catalogs } from '../../src/catalogs/catalogs.js';
import { jsonLines, runCommand } from './commandLine.js';

describe('everhook catalog', () => {
  it('lists the catalogs with their formats', async () => {
    const { code, out } = await runCommand(['catalog', 'list']);
    expect(code).toBe(0);
    const [titles, ...rows] = out.trimEnd().split('\n');
    expect(titles).toMatch(/^NAME +TITLE +TYPES +FORMATS$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(catalogNames);
    expect(out).toMatch(/^flow-sessions +Flow sessions +4 +flow-sessions$/m);
    const listed = jsonLines((await runCommand(['--json', 'catalog', 'list'])).out);
    expect(listed).toMatchObject(catalogNames.map((name) => ({ name })));
  });

  it('shows one with its types, its samples and its rules', async () => {
    const { code, out } = await runCommand(['catalog', 'show', 'flow-sessions']);
    expect(code).toBe(0);
    expect(out).toMatch(/^flow-sessions: Flow sessions$/m);
    expect(out).toMatch(/^technology\.end +Technology has ended +technology +end$/m);
    expect(out).toContain('needs the scope flow:<value>.\nEndpoints of a tenant in one scope: 5 ');
    expect(out).toContain('"technology_code":"document_scan"');
    const other = await runCommand(['catalog', 'show', 'flows-platform']);
    expect(other.out).toMatch(/^packet_label\.updated +Packet label updated /m);
    expect(other.out).not.toContain('scope');
  });

  it('says where rules are told that are neither a scope nor a limit', async () => {
    const { out } = await runCommand(['catalog', 'show', 'dromo']);
    expect(out).toContain('Endpoints have rules that docs/catalogs/dromo.md tells.');
    expect(out).not.toMatch(/undefined|scope/);
    const { out: json } = await runCommand(['--json', 'catalog', 'show', 'dromo']);
    expect(jsonLines(json)).toMatchObject([
      { endpointRules: { requiredScope: null, limit: null } },
    ]);
  });

  it('has all of each in its JSON', async () => {
    for (const { name, types, formats } of catalogs) {
      const { out } = await runCommand(['--json', 'catalog', 'show', name]);
      const [shown, ...more] = jsonLines(out);
      expect(more).toEqual([]);
      expect(shown).toMatchObject({
        name,
        types: JSON.parse(JSON.stringify(types)) as unknown,
        formats: Object.keys(formats).map((format) => ({ name: format })),
      });
    }
  });

  it('names those that there are, where one is asked for that is not', async () => {
    const { code, err } = await runCommand(['catalog', 'show', 'nothing']);
    expect(code).toBe(2);
    expect(err).toContain('There is no catalog "nothing"; there are: ');
    expect(err).toContain('flow-sessions');
  });
});
