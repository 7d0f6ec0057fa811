import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, vi, type TestContext } from 'vitest';
import { askHarness } from '../setup/harness.js';

/** A first start on a machine may install it. */
const foundWithinMs = 300_000;
/** For whatever is waited for on a page: a busy machine takes seconds to draw one. */
const actionTimeoutMs = 20_000;
/** A test works through up to ten pages, each 1 to 2 s alone, and several times that beside other tests. */
const testTimeoutMs = 120_000;

/** No sandbox, since root has none; nothing that calls home. */
const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** The pictures of the documentation are of this size; a test fails on the same page that a reader sees. */
export const viewport = { width: 1280, height: 800 };

/**
 * A Chromium for the tests of one file; to be called at its top. Each test gets a window of its own, with nothing stored,
 * or is skipped where there is no Chromium.
 */
export function useBrowser(): (context: TestContext) => Promise<BrowserContext> {
  vi.setConfig({ testTimeout: testTimeoutMs });
  let browser: Browser | { skip: string } | undefined;
  beforeAll(async () => {
    const found = await askHarness('chromium');
    browser =
      'skip' in found
        ? found
        : await chromium.launch({ headless: true, executablePath: found.path, args: flags });
  }, foundWithinMs);
  afterAll(async () => {
    if (browser !== undefined && 'close' in browser) await browser.close();
  });
  return async (context) => {
    if (browser === undefined) throw new Error('The browser was not started.');
    if ('skip' in browser) return context.skip(browser.skip);
    const window = await browser.newContext({ viewport, locale: 'en-US', timezoneId: 'UTC' });
    window.setDefaultTimeout(actionTimeoutMs);
    context.onTestFinished(() => window.close());
    return window;
  };
}
