import { createPool } from '../src/store/pool.js';
import { EventLoad } from './load/eventLoad.js';
import { jsonLine } from './report/report.js';
import { tell } from './report/tell.js';
import { askLists } from './retention/askLists.js';
import { fillDays } from './retention/fillDays.js';
import { measureDrop } from './retention/measureDrop.js';
import { retentionReport } from './retention/retentionReport.js';
import { makeBenchFolder } from './stack/makeBenchFolder.js';
import { makeBenchKey } from './stack/makeBenchKey.js';
import { startServers } from './stack/startServers.js';
import { makeEncryptionKeys, startServiceProcess } from './stack/startServiceProcess.js';
import { withUndo } from './stack/withUndo.js';

await withUndo(async (undo) => {
  const folder = makeBenchFolder(undo);
  const [postgres, temporal] = await startServers(folder, [], undo);
  const databaseUrl = postgres.databaseUrl('postgres');
  const { url } = await startServiceProcess(
    {
      ...{ folder, databaseUrl, temporalAddress: temporal.address },
      encryptionKeys: makeEncryptionKeys(),
    },
    undo,
  );
  const pool = createPool(databaseUrl, 8, (error) => console.error(error));
  undo.add(() => pool.end());
  const key = await makeBenchKey(pool);
  const load = new EventLoad(url, key);
  undo.add(() => load.close());
  tell('filling');
  await fillDays(pool);
  tell('asking for lists');
  const lists = await askLists(pool, url, key);
  tell('dropping days');
  const figures = { lists, drop: await measureDrop(pool, load) };
  const { text, targets } = retentionReport(figures);
  console.log(`\n${text}\n`);
  console.log(jsonLine({ ...figures, targets }));
});
