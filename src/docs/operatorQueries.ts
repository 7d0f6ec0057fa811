import type { ShownState } from '../contract/searchAttributes.js';
import type { WorkflowType } from '../contract/temporal.js';

/** What an operator asks the list of workflows, and how the Temporal UI and the `temporal` command are asked it. */
export interface OperatorQuery {
  question: string;
  query: string;
}

/** What stands for an operator's own tenant, endpoint and moment. */
export interface OperatorQueryOf {
  tenant: string;
  /** The shown id. */
  endpoint: string;
  since: string;
}

/**
 * The queries to keep as saved views. Each is a row of ANDs, to which more can be added: the UI draws the parts of an OR as
 * if all of them had to hold.
 */
export function operatorQueries({ tenant, endpoint, since }: OperatorQueryOf) {
  return {
    retrying: {
      question: 'What is being retried, or held back, for a tenant',
      query: `${running("IN ('deliverEvent', 'redeliver')")} AND tenant = '${tenant}'`,
    },
    deadLetters: {
      question: 'Dead letters since yesterday: what used up its attempts',
      query: `ExecutionStatus = 'Failed' AND CloseTime > '${since}'`,
    },
    endpointsDown: {
      question: 'Endpoints that are down',
      query: inState('drainEndpoint', 'down'),
    },
    ordersBlocked: {
      question: 'Orders held up by a delivery that failed',
      query: inState('drainEndpoint', 'blocked'),
    },
    importsPaused: {
      question: 'Imports paused',
      query: inState('deliverBatches', 'paused'),
    },
    importsRetrying: {
      question: 'Imports whose batch failed and is being retried',
      query: inState('deliverBatches', 'retrying'),
    },
    importsQueued: {
      question: 'Imports that wait for their endpoint',
      query: inState('deliverBatches', 'queued'),
    },
    recoveries: {
      question: 'Recoveries under way',
      query: running("= 'recover'"),
    },
    ofEndpoint: {
      question: 'Whatever is about one endpoint',
      query: `endpoints = '${endpoint}'`,
    },
  } satisfies Record<string, OperatorQuery>;
}

function running(type: string): string {
  return `ExecutionStatus = 'Running' AND WorkflowType ${type}`;
}

function inState(type: WorkflowType, state: ShownState): string {
  return `${running(`= '${type}'`)} AND state = '${state}'`;
}
