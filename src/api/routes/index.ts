import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';
import { createApiKey } from './apiKeys/createApiKey.js';
import { getApiKey } from './apiKeys/getApiKey.js';
import { listApiKeys } from './apiKeys/listApiKeys.js';
import { revokeApiKey } from './apiKeys/revokeApiKey.js';
import { listAudit } from './audit/listAudit.js';
import { cancelDelivery } from './deliveries/cancelDelivery.js';
import { getBatch } from './deliveries/getBatch.js';
import { getDelivery } from './deliveries/getDelivery.js';
import { listAllDeliveries } from './deliveries/listAllDeliveries.js';
import { listBatches } from './deliveries/listBatches.js';
import { listDeliveries } from './deliveries/listDeliveries.js';
import { retryDelivery } from './deliveries/retryDelivery.js';
import { changeEndpoint } from './endpoints/changeEndpoint.js';
import { createEndpoint } from './endpoints/createEndpoint.js';
import { deleteSecretRotation } from './endpoints/deleteSecretRotation.js';
import { deleteEndpoint } from './endpoints/deleteEndpoint.js';
import { disableEndpoint } from './endpoints/disableEndpoint.js';
import { enableEndpoint } from './endpoints/enableEndpoint.js';
import { getEndpoint } from './endpoints/getEndpoint.js';
import { getEndpointStats } from './endpoints/getEndpointStats.js';
import { getSecret } from './endpoints/getSecret.js';
import { listAllEndpoints } from './endpoints/listAllEndpoints.js';
import { listEndpoints } from './endpoints/listEndpoints.js';
import { pauseEndpoint } from './endpoints/pauseEndpoint.js';
import { resumeEndpoint } from './endpoints/resumeEndpoint.js';
import { putSecretRotation } from './endpoints/putSecretRotation.js';
import { recoverEndpoint } from './endpoints/recoverEndpoint.js';
import { rotateSecret } from './endpoints/rotateSecret.js';
import { testEndpoint } from './endpoints/testEndpoint.js';
import { testUnsavedEndpoint } from './endpoints/testUnsavedEndpoint.js';
import { changeEnvironment } from './environment/changeEnvironment.js';
import { getEnvironment } from './environment/getEnvironment.js';
import { acceptBulk } from './events/acceptBulk.js';
import { acceptEvent } from './events/acceptEvent.js';
import { getEvent } from './events/getEvent.js';
import { getMatching } from './events/getMatching.js';
import { listAllEvents } from './events/listAllEvents.js';
import { listEvents } from './events/listEvents.js';
import { deleteEventType } from './eventTypes/deleteEventType.js';
import { getEventType } from './eventTypes/getEventType.js';
import { listEventTypes } from './eventTypes/listEventTypes.js';
import { putEventType } from './eventTypes/putEventType.js';
import { getLive } from './health/getLive.js';
import { getReady } from './health/getReady.js';
import { completeImport } from './imports/completeImport.js';
import { appendRows } from './imports/appendRows.js';
import { catalogRoutes } from './imports/catalogRoutes.js';
import { createImport } from './imports/createImport.js';
import { getImport } from './imports/getImport.js';
import { getRows } from './imports/getRows.js';
import { listAllImports } from './imports/listAllImports.js';
import { listImports } from './imports/listImports.js';
import { cancelImport } from './imports/cancelImport.js';
import { pauseImport } from './imports/pauseImport.js';
import { resumeImport } from './imports/resumeImport.js';
import { createJwtKey } from './jwtKeys/createJwtKey.js';
import { deleteJwtKey } from './jwtKeys/deleteJwtKey.js';
import { getJwtKey } from './jwtKeys/getJwtKey.js';
import { listJwtKeys } from './jwtKeys/listJwtKeys.js';
import { getMetrics } from './metrics/getMetrics.js';
import { cancelRecovery } from './recoveries/cancelRecovery.js';
import { createRecovery } from './recoveries/createRecovery.js';
import { getRecovery } from './recoveries/getRecovery.js';
import { listRecoveries } from './recoveries/listRecoveries.js';
import { getSettings } from './settings/getSettings.js';
import { getQueues } from './stats/getQueues.js';
import { getStats } from './stats/getStats.js';
import { deleteTenant } from './tenants/deleteTenant.js';
import { getTenant } from './tenants/getTenant.js';
import { listTenants } from './tenants/listTenants.js';
import { putTenant } from './tenants/putTenant.js';

type Route = (app: Api, deps: ApiDeps) => void;

/** Without an API key, from every process; who may read the metrics, their route decides. */
export const openRoutes: readonly Route[] = [getLive, getReady, getMetrics];

/** Behind authentication, bodies parsed as JSON. */
export const guardedRoutes: readonly Route[] = [
  listTenants,
  getTenant,
  putTenant,
  deleteTenant,
  createEndpoint,
  listEndpoints,
  listAllEndpoints,
  getEndpoint,
  changeEndpoint,
  deleteEndpoint,
  enableEndpoint,
  disableEndpoint,
  pauseEndpoint,
  resumeEndpoint,
  getSecret,
  rotateSecret,
  putSecretRotation,
  deleteSecretRotation,
  testEndpoint,
  testUnsavedEndpoint,
  getEndpointStats,
  listEventTypes,
  getEventType,
  putEventType,
  deleteEventType,
  listEvents,
  listAllEvents,
  getEvent,
  getMatching,
  listDeliveries,
  listAllDeliveries,
  getDelivery,
  retryDelivery,
  cancelDelivery,
  createRecovery,
  listRecoveries,
  getRecovery,
  cancelRecovery,
  recoverEndpoint,
  createImport,
  listImports,
  listAllImports,
  getImport,
  getRows,
  catalogRoutes,
  listBatches,
  getBatch,
  pauseImport,
  resumeImport,
  cancelImport,
  createApiKey,
  listApiKeys,
  getApiKey,
  revokeApiKey,
  completeImport,
  createJwtKey,
  listJwtKeys,
  getJwtKey,
  deleteJwtKey,
  getEnvironment,
  changeEnvironment,
  listAudit,
  getSettings,
  getStats,
  getQueues,
];

/** Behind authentication, each in a scope of its own, where it takes its body raw. */
export const rawRoutes: readonly Route[] = [acceptEvent, acceptBulk, appendRows];
