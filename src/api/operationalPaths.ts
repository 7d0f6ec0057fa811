import type { OpenAPIV3_1 } from 'openapi-types';
import { operationalTenant } from '../domain/operational.js';

/** The operational endpoints are those of a tenant, so the routes of tenants' endpoints serve this path as well. */
const shortPath = '/v1/operational-endpoints';
const shortStart = new RegExp(`^${shortPath}(?=[/?]|$)`);
const routesStart = '/v1/tenants/{tenant}/endpoints';

/** A request's URL as the routes know it. */
export function wholeUrl(url: string): string {
  return url.replace(shortStart, `/v1/tenants/${operationalTenant}/endpoints`);
}

type Operations = Record<string, OpenAPIV3_1.OperationObject>;

/** The short paths for the API's document: the operations of tenants' endpoints, without the tenant. */
export function operationalPaths(paths: object): Record<string, object> {
  return Object.fromEntries(
    Object.entries(paths as Record<string, Operations>)
      .filter(([path]) => path === routesStart || path.startsWith(`${routesStart}/`))
      .map(([path, item]) => [
        shortPath + path.slice(routesStart.length),
        Object.fromEntries(
          Object.entries(item).map(([method, operation]) => [method, operational(operation)]),
        ),
      ]),
  );
}

function operational(operation: OpenAPIV3_1.OperationObject): OpenAPIV3_1.OperationObject {
  const { operationId = '', summary = '', parameters = [] } = operation;
  return {
    ...operation,
    tags: ['operational endpoints'],
    // `createEndpoint` is `createOperationalEndpoint`.
    operationId: operationId.replace(/^[a-z]+/, '$&Operational'),
    summary: `Of operational endpoints: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
    parameters: parameters.filter((one) => !('name' in one && one.name === 'tenant')),
  };
}
