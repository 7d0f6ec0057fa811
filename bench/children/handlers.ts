/** What a child process does for its parent: by name, with one input and one result that survive JSON. */
export type Handlers = Record<string, (input: never) => unknown>;

export interface Call {
  /** From 1. */
  id: number;
  name: string;
  input: unknown;
}

/** Id 0 says that the child is ready. */
export type Answer = { id: number; result: unknown } | { id: number; error: string };
