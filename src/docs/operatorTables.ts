import { shownStates, type ShownState } from '../contract/searchAttributes.js';
import { operatorQueries, type OperatorQuery } from './operatorQueries.js';

/** Where the embedded server's UI is, and what a reader puts in for what is his own. */
const listUrl = 'http://127.0.0.1:8233/namespaces/default/workflows';
const example = {
  tenant: 'acme',
  endpoint: 'ep_01a1fd26-1ef3-7525-a38b-a9985d18e338',
  since: '2026-11-20T00:00:00Z',
};

/** The queries of an operator as a table of markdown, each with a link to what it finds. */
export function operatorQueriesTable(): string {
  const rows = Object.values<OperatorQuery>(operatorQueries(example)).map(
    ({ question, query }) =>
      `| [${question}](${listUrl}?query=${encodeQuery(query)}) | \`${query}\` |`,
  );
  return ['| what | query |', '|---|---|', ...rows].join('\n');
}

/** What the states mean to somebody who looks for them. */
const meanings: Record<ShownState, string> = {
  sending: 'batch after batch goes out',
  retrying: 'a batch failed; its next attempt has a time',
  queued: 'its endpoint is disabled or paused, and the batches go on when it opens',
  paused: 'somebody paused it, and it goes on when it is resumed',
  draining: "what waits goes out, as fast as the endpoint's rate, places and ramp allow",
  down: 'the endpoint failed so often in a row that it is only probed',
  blocked: 'in order, and a delivery that failed holds up what comes after it',
  waiting: 'nothing can be sent before a time that is known: a retry is due then, or the rate free',
};

/** The states that workflows show, as a table of markdown. */
export function shownStatesTable(): string {
  const rows = Object.entries<readonly ShownState[]>(shownStates).flatMap(([type, states]) =>
    states.map((state) => `| \`${type}\` | \`${state}\` | ${meanings[state]} |`),
  );
  return ['| workflow | `state` | what it means |', '|---|---|---|', ...rows].join('\n');
}

/** Also what would end a link of markdown. */
function encodeQuery(query: string): string {
  return encodeURIComponent(query)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll("'", '%27');
}
