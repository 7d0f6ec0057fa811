import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findService } from '../../src/cli/findService.js';
import { embeddedAddresses } from '../../src/embedded/embeddedAddresses.js';
import { writeStackRecord } from '../../src/embedded/stackRecord.js';
import { makeTempFolder } from '../setup/tempFolder.js';

function dataFolder(pid: number): string {
  const folder = makeTempFolder('cli');
  writeStackRecord(folder, {
    pid,
    ports: { postgres: 54_329, temporal: 7_233 },
    urls: { api: 'http://127.0.0.1:8080' },
  });
  const keys = { test: 'evh_test_a_0', production: 'evh_production_b_0' };
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'postgres', 'password'), 'secret\n');
  return folder;
}

it('the service of a data folder is found, with its key for an environment', () => {
  const EVERHOOK_DATA_DIR = dataFolder(process.pid);
  const url = 'http://127.0.0.1:8080';
  expect(findService({ EVERHOOK_DATA_DIR }, undefined)).toMatchObject({
    url,
    apiKey: 'evh_test_a_0',
  });
  expect(findService({ EVERHOOK_DATA_DIR }, 'production').apiKey).toBe('evh_production_b_0');
  const elsewhere = { EVERHOOK_DATA_DIR, EVERHOOK_URL: 'https://everhook.example.com' };
  expect(findService(elsewhere, undefined).url).toBe('https://everhook.example.com');
});

it('the servers of a data folder are found, and whether their process still runs', () => {
  expect(embeddedAddresses(dataFolder(process.pid))).toEqual({
    pid: process.pid,
    isRunning: true,
    databaseUrl: 'postgres://everhook:secret@127.0.0.1:54329/everhook',
    temporalAddress: '127.0.0.1:7233',
  });
  expect(embeddedAddresses(dataFolder(999_999_999))?.isRunning).toBe(false);
  expect(embeddedAddresses(makeTempFolder('cli'))).toBeUndefined();
});
