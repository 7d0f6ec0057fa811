/** What a receiver that goes down and comes back has to say. */
export interface LoggedRequests {
  /** While it was down. */
  refused: number;
  /** Distinct events that were acknowledged. */
  delivered: number;
  /** Acknowledged ones that came again. */
  repeats: number;
  /** Events that came where another of their key was next; the first ones. */
  outOfOrder: string[];
  /** Of acknowledged ones, by the machine's monotonic clock; 0 before the first. */
  firstAtMs: number;
  lastAtMs: number;
  /** Requests in each second from the first acknowledged one on. */
  perSecond: number[];
}

const maxViolations = 10;

/** Keeps what came since it was made, and looks whether numbered events come in order. */
export class ReceiverLog {
  readonly #ids = new Set<string>();
  readonly #lastNumbers = new Map<string, number>();
  readonly #logged: LoggedRequests = {
    ...{ refused: 0, delivered: 0, repeats: 0, outOfOrder: [] },
    ...{ firstAtMs: 0, lastAtMs: 0, perSecond: [] },
  };

  get logged(): LoggedRequests {
    return { ...this.#logged, delivered: this.#ids.size };
  }

  refuse(): void {
    this.#logged.refused += 1;
  }

  acknowledge(id: string, body: string, atMs: number): void {
    const logged = this.#logged;
    if (logged.firstAtMs === 0) logged.firstAtMs = atMs;
    logged.lastAtMs = atMs;
    const second = Math.floor((atMs - logged.firstAtMs) / 1_000);
    while (logged.perSecond.length <= second) logged.perSecond.push(0);
    logged.perSecond[second] = (logged.perSecond[second] ?? 0) + 1;
    if (this.#ids.has(id)) logged.repeats += 1;
    this.#ids.add(id);
    this.#checkOrder(body);
  }

  #checkOrder(body: string): void {
    const { key, number } = (JSON.parse(body) as { data: { key?: string; number?: number } }).data;
    if (key === undefined || number === undefined) return;
    const next = (this.#lastNumbers.get(key) ?? 0) + 1;
    this.#lastNumbers.set(key, number);
    if (number === next || this.#logged.outOfOrder.length >= maxViolations) return;
    this.#logged.outOfOrder.push(`${key}: ${number} where ${next} was next`);
  }
}
