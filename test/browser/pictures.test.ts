import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { operatorQueries } from '../../src/docs/operatorQueries.js';
import { layOutScene, operatorSettings, type OperatorScene } from '../docs/operatorScene.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { askHarness } from '../setup/harness.js';
import { WorkflowPage } from './temporalUi.js';
import { useBrowser } from './useBrowser.js';

// What the pictures of docs/operating-in-temporal.md show is looked at by every run; they are taken where
// EVERHOOK_SCREENSHOTS is set, by `npm run docs:screenshots`.
const newWindow = useBrowser();
const isTaking = process.env['EVERHOOK_SCREENSHOTS'] !== undefined;
const folder = join(packageRoot, 'docs', 'images');

let service: TestService;
let scene: OperatorScene;
let namespaceUrl: string;

beforeAll(async () => {
  const { address, uiUrl } = await askHarness('temporal');
  // The name that a reader's own has; no other test uses it.
  const namespace = 'default';
  namespaceUrl = `${uiUrl}/namespaces/${namespace}/workflows`;
  service = await startTestService(operatorSettings, { temporal: { address, namespace } });
  scene = await layOutScene(service);
}, 300_000);
afterAll(async () => {
  await service.stop();
  await scene.close();
});

async function take(page: Page, name: string): Promise<void> {
  if (!isTaking) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** The list that a query finds, with the columns that the page recommends instead of those that say nothing. */
async function openList(context: TestContext, query: string, columns: string[]): Promise<Page> {
  const page = await (await newWindow(context)).newPage();
  await page.goto(`${namespaceUrl}?query=${encodeURIComponent(query)}`);
  await page
    .getByRole('link', { name: /^event\// })
    .first()
    .waitFor();
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const column of ['Run ID', 'Type', 'Start', 'End']) {
    await page.getByRole('button', { name: `Remove ${column} column` }).click();
  }
  for (const column of columns) {
    await page.getByRole('button', { name: `Add ${column} column` }).click();
  }
  await page.getByRole('button', { name: 'Close Workflows Table configuration' }).click();
  await page.getByRole('button', { name: 'Collapse saved views' }).click();
  await page.getByRole('columnheader', { name: columns[0] ?? '' }).waitFor();
  return page;
}

async function openWorkflow(context: TestContext, id: string): Promise<WorkflowPage> {
  const workflow = new WorkflowPage(await (await newWindow(context)).newPage());
  await workflow.open(`${namespaceUrl}/${encodeURIComponent(id)}`);
  return workflow;
}

const queries = () =>
  operatorQueries({
    ...{ tenant: 'acme', endpoint: '' },
    since: new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+/, ''),
  });

describe('what the pictures show', () => {
  it('what is being retried for a tenant', async (context) => {
    const page = await openList(context, queries().retrying.query, ['tenant', 'eventType']);
    expect(await page.getByRole('link', { name: /^event\// }).count()).toBe(3);
    await page.getByRole('cell', { name: 'flow.start' }).waitFor();
    await take(page, 'retrying');
  });

  it('dead letters', async (context) => {
    const page = await openList(context, queries().deadLetters.query, ['tenant', 'eventType']);
    expect(await page.getByRole('link', { name: /^event\// }).count()).toBe(2);
    await page.getByRole('cell', { name: 'northwind' }).first().waitFor();
    await take(page, 'dead-letters');
  });

  it('an event that is being retried, and its signals', async (context) => {
    const workflow = await openWorkflow(context, scene.retrying[1] ?? '');
    const { page } = workflow;
    await page
      .getByRole('button', { name: /^attempt 2 of 3 (at|on) .*, last answer 503$/ })
      .waitFor();
    await workflow.untilDetails(/^dlv_.*: attempt 2 of 3 (at|on) .*, last answer 503$/);
    await take(page, 'workflow');
    const { form } = await workflow.openSignalForm();
    await form.getByText('Bring the next attempt forward to now.').waitFor();
    await take(page, 'signal');
  });

  it('an endpoint that is down', async (context) => {
    const workflow = await openWorkflow(context, scene.endpointDown);
    await workflow.untilDetails(/^down, 8 queued, next probe (at|on) /);
    await take(workflow.page, 'endpoint-down');
  });

  it('an import that is paused', async (context) => {
    const workflow = await openWorkflow(context, scene.importPaused);
    await workflow.untilDetails(/^batch 1 of 8, 0 rows acknowledged, paused/);
    await take(workflow.page, 'import-paused');
  });

  it('the form for a Reset', async (context) => {
    const workflow = await openWorkflow(context, scene.deadLetters[0] ?? '');
    await workflow.untilStatus('Failed');
    // Elsewhere the page shows the stack of the failure, with the folders of this machine.
    await workflow.untilDetails(/^1 failed$/);
    const form = await workflow.openResetForm();
    await form.getByRole('option', { name: 'WorkflowTaskCompleted' }).first().waitFor();
    await take(workflow.page, 'reset');
  });
});
