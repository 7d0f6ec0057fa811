import type { Locator, Page } from 'playwright-core';

/** The page of one workflow in the Temporal UI, worked as a person does it: by what can be read there. */
export class WorkflowPage {
  constructor(readonly page: Page) {}

  /** From a link of the API's, or of a list. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.#main.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Throws where the workflow doesn't come to that: `Running`, `Completed`, `Failed`, `Terminated`. */
  async untilStatus(status: string): Promise<void> {
    await this.#main.getByText(status, { exact: true }).first().waitFor();
  }

  /** Its summary and current details, until the latter say so. */
  async untilDetails(say: RegExp): Promise<void> {
    await this.page.getByRole('tab', { name: 'User Metadata' }).click();
    // Each of the two is drawn as a document of its own; the details are the second.
    const details = this.page.getByTitle('output').last().contentFrame();
    await details.getByText(say).waitFor();
  }

  /** The form for a signal, with the list of signals open: the names with their descriptions. */
  async openSignalForm(): Promise<{ form: Locator; offered: string[] }> {
    const form = await this.#choose('Send a Signal');
    await form.getByRole('button', { name: 'Select a signal' }).click();
    const options = form.getByRole('option');
    // The first is for a name that is typed.
    await options.nth(1).waitFor();
    return { form, offered: (await options.allInnerTexts()).slice(1) };
  }

  /** The names of the signals; throws where one doesn't say what it does. */
  async offeredSignals(): Promise<string[]> {
    const { form, offered } = await this.openSignalForm();
    await form.getByRole('button', { name: 'Cancel', exact: true }).last().click();
    await form.waitFor({ state: 'hidden' });
    return offered.map((text) => {
      const { name } = /^(?<name>\w+)\n+[A-Z].+\.$/.exec(text)?.groups ?? {};
      if (name === undefined) throw new Error(`It doesn't say what it does: ${text}`);
      return name;
    });
  }

  /** On the page as it is now: a moment after one signal was taken the UI clears its form, which may be the next one's. */
  async signal(name: string, input?: string): Promise<void> {
    await this.page.reload();
    const { form } = await this.openSignalForm();
    await form.getByRole('option', { name: new RegExp(`^${name} `) }).click();
    if (input !== undefined) {
      await form.getByRole('textbox', { disabled: false }).fill(input);
    }
    await this.#submit(form, 'Submit');
  }

  /** The form for a Reset, with the events to choose from open. */
  async openResetForm(): Promise<Locator> {
    await this.#main.getByRole('button', { name: 'Reset', exact: true }).click();
    const form = this.page.getByRole('dialog', { name: 'Reset Workflow' });
    // It has no name: its label isn't tied to it.
    await form
      .getByRole('button')
      .filter({ has: this.page.getByRole('textbox') })
      .click();
    await form.getByRole('option').first().waitFor();
    return form;
  }

  /** The server takes only those of the events to choose from that end a workflow task. */
  async reset(which: 'first' | 'last'): Promise<void> {
    const form = await this.openResetForm();
    await form.getByRole('option', { name: 'WorkflowTaskCompleted' })[which]().click();
    await this.#submit(form, 'Confirm');
  }

  async terminate(reason: string): Promise<void> {
    const form = await this.#choose('Terminate');
    await form.getByRole('textbox').fill(reason);
    await this.#submit(form, 'Terminate');
  }

  async requestCancellation(): Promise<void> {
    await this.#main.getByRole('button', { name: 'Request Cancellation' }).click();
    await this.#submit(this.page.getByRole('dialog'), 'Confirm');
  }

  /** With what the form has been filled with. */
  async startOneLikeThis(): Promise<void> {
    await this.#openActions();
    await this.page.getByRole('menuitem', { name: 'Start Workflow Like This One' }).click();
    await this.#main.getByText('Task Queue is Active').waitFor();
    await this.#main.getByRole('button', { name: 'Start Workflow', exact: true }).click();
  }

  async #choose(action: string): Promise<Locator> {
    await this.#openActions();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
    const form = this.page.getByRole('dialog');
    await form.waitFor();
    return form;
  }

  async #openActions(): Promise<void> {
    await this.#main.getByRole('button', { name: 'More Actions' }).click();
  }

  /** It closes when the server has taken it; throws what is said there instead. */
  async #submit(form: Locator, name: string): Promise<void> {
    await form.getByRole('button', { name, exact: true }).click();
    const refusal = form.getByRole('alert');
    const refused = async (): Promise<never> => {
      await refusal.waitFor();
      throw new Error(`The form says: ${await refusal.innerText()}`);
    };
    await Promise.race([form.waitFor({ state: 'hidden' }), refused()]);
  }

  get #main(): Locator {
    return this.page.getByRole('main');
  }
}
