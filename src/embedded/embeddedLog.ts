/** What the stack says while it runs; a pino logger will do. */
export interface EmbeddedLog {
  warn(message: string): void;
  error(facts: { err: unknown }, message: string): void;
}
