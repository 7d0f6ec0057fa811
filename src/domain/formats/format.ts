import type { Batch, BatchFrame } from '../imports/batch.js';

/** What a format needs to know of an event. */
export interface FormatInput {
  /** The shown id, `evt_…`: it is the webhook-id. */
  id: string;
  type: string;
  /** ISO 8601, when the event happened; as the product gave it. */
  timestamp: string;
  /** The JSON text of the data, byte for byte. */
  data: string;
  /** A URI reference that says who sends, for the formats that have a place for it. */
  source: string;
}

export interface RenderedBody {
  body: string;
  contentType: string;
  /** Headers that belong to the body's format, names in lower case; none for most. */
  headers: Record<string, string>;
}

/** A pure function; its result is made once per event and format, stored, and sent unchanged at every attempt. */
export interface Format {
  description: string;
  /**
   * What the format needs of the data (JSON text) and this lacks, to read on after "the format … needs "; null if
   * nothing. Absent: it can carry any data. An event is refused at accept where it says something.
   */
  lacks?: (data: string) => string | null;
  /** How many bytes of a body one byte of the data may become at most; absent: one. */
  growth?: number;
  /** Of data that lacks nothing. */
  render(event: FormatInput): RenderedBody;
  /** Whether the body is the text of the data, as it is, with other text around it; or the data alone. */
  splices?: boolean;
  /**
   * The body of one batch of an import's rows; the event's data is then what the product said of the import. Absent: it
   * is rendered as an event whose data is the batch.
   */
  renderBatch?: (event: FormatInput, batch: Batch) => BatchFrame;
}
