import { measureFairness } from './outage/measureFairness.js';
import { measureOrder } from './outage/measureOrder.js';
import { measureOutage } from './outage/measureOutage.js';
import { outageReport } from './outage/outageReport.js';
import { startOutageStack } from './outage/outageStack.js';
import { healthyTenant, quietTrickle } from './outage/trickle.js';
import { jsonLine } from './report/report.js';
import { tell } from './report/tell.js';
import { withUndo } from './stack/withUndo.js';

const events = 100_000;
const warmUpMs = 10_000;

await withUndo(async (undo) => {
  const stack = await startOutageStack(undo);
  await stack.load.makeEndpoint(healthyTenant, stack.healthyUrl);
  tell('warming up');
  await quietTrickle(stack, warmUpMs);
  const order = await measureOrder(stack);
  const outage = await measureOutage(stack, events);
  // Last: what hung is retried for minutes.
  const fairness = await measureFairness(stack);
  const { text, targets } = outageReport({ outage, order, fairness });
  console.log(`\n${text}\n`);
  console.log(jsonLine({ outage, order, fairness, targets }));
});
