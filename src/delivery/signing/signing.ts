/** What is signed, and with what. */
export interface Signing {
  /** The `webhook-id`; without a dot, which parts id, timestamp and body. */
  id: string;
  /** The `webhook-timestamp`: whole seconds since 1970, fresh at each attempt. */
  timestampSeconds: number;
  /** As it is sent; a text in UTF-8. */
  body: string | Uint8Array;
  /** The live secrets, newest first. */
  secrets: readonly string[];
}
