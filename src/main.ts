import closeWithGrace from 'close-with-grace';
import { loadConfig, unknownVariables, type Config } from './config/loadConfig.js';
import { freePort } from './embedded/freePort.js';
import { startService } from './service/startService.js';
import { welcome } from './service/welcome.js';
import { errorMessages } from './telemetry/errorMessages.js';
import { createLog } from './telemetry/log.js';
import { installTemporalRuntime } from './telemetry/installTemporalRuntime.js';
import { SdkMetrics } from './telemetry/metrics/sdkMetrics.js';

/** Stopping the embedded servers, after requests and attempts have had their grace. */
const embeddedStopMs = 20_000;

const config = readConfig();
const log = createLog(config.logLevel);
for (const variable of unknownVariables(process.env)) {
  log.warn({ variable }, 'there is no such setting; the README lists them');
}

try {
  const sdkMetrics = await installTemporal();
  const service = await startService(config, log, sdkMetrics);
  closeWithGrace(
    { delay: config.shutdownGraceMs + embeddedStopMs, logger: false },
    async ({ err, signal }) => {
      if (err) log.error({ err }, 'stopping after an error');
      else log.info({ signal }, 'stopping');
      try {
        await service.stop();
      } catch (failure) {
        log.error({ err: failure }, 'did not stop as it should');
        throw failure;
      }
      log.info({}, 'stopped');
    },
  );
  process.stderr.write(welcome(service));
} catch (error) {
  fail(error);
}

/** Without a role that faces Temporal there are no metrics of its SDK. */
async function installTemporal(): Promise<SdkMetrics | null> {
  if (config.roles.every((role) => role === 'api')) {
    installTemporalRuntime(log);
    return null;
  }
  const sdkMetrics = new SdkMetrics(() => freePort(0));
  await sdkMetrics.prepare();
  installTemporalRuntime(log, sdkMetrics.exporter());
  return sdkMetrics;
}

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    return fail(error);
  }
}

/** What stops a start is for a person to read: the message, and below it the causes. */
function fail(error: unknown): never {
  const [first, ...causes] = errorMessages(error);
  process.stderr.write(`\nEverhook could not start: ${first}\n`);
  for (const cause of causes) process.stderr.write(`  because: ${cause}\n`);
  process.exit(1);
}
