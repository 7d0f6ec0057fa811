import type { PrometheusMetricsExporter } from '@temporalio/worker';

const pageTimeoutMs = 2_000;

/**
 * The metrics that Temporal's SDK keeps outside JavaScript. It can only serve them itself, from a port; so that a
 * process has one page all the same, that port is one of loopback which nobody needs to know, and is read from here.
 * (Rejected: the SDK's buffer of updates, an object in JavaScript for each of some twenty updates per workflow task.)
 */
export class SdkMetrics {
  #port = 0;
  #boundTo: string | null = null;

  constructor(private readonly findFreePort: () => Promise<number>) {}

  /**
   * Finds a port. To be called before each connection: the SDK ends with the last one and begins anew with the next,
   * by when another program may have the port.
   */
  async prepare(): Promise<void> {
    this.#port = await this.findFreePort();
  }

  /** For the options of the SDK's runtime, which reads the address whenever it begins. */
  exporter(): PrometheusMetricsExporter {
    const bind = (): string => {
      this.#boundTo = `127.0.0.1:${this.#port}`;
      return this.#boundTo;
    };
    return {
      prometheus: {
        get bindAddress() {
          return bind();
        },
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
      },
    };
  }

  /** The SDK's part of the page; empty before it has begun. Throws where it does not answer. */
  async page(): Promise<string> {
    if (this.#boundTo === null) return '';
    const answer = await fetch(`http://${this.#boundTo}/metrics`, {
      signal: AbortSignal.timeout(pageTimeoutMs),
    });
    if (!answer.ok) throw new Error(`The SDK's metrics were answered with ${answer.status}`);
    return await answer.text();
  }
}
