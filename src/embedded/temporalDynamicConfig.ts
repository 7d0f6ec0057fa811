/**
 * Limits that the Temporal server has for somebody's first steps, raised (measured: at most 10 steps a second of a
 * sequence of activities with the poll limits as they come), and one partition per queue, since there is one server.
 * Fairness, which is off as it comes, gives the batches of each tenant their turns.
 * `deploy/temporal/dynamicConfig.yaml` says the same to the server of docker-compose.yml.
 */
export const temporalDynamicConfig = {
  'history.transferProcessorMaxPollRPS': 500,
  'history.timerProcessorMaxPollRPS': 500,
  'history.rps': 50_000,
  'history.persistenceMaxQPS': 50_000,
  'frontend.rps': 50_000,
  'frontend.namespaceRPS': 50_000,
  'frontend.namespaceCount': 10_000,
  'frontend.persistenceMaxQPS': 50_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.enableFairness': true,
} as const;
