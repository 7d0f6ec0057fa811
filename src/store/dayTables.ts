export interface DayTable {
  table: string;
  /** The id that carries the time. */
  key: string;
}

/** What events and imports carry, and what receivers answered; it may go before the rest. */
export const payloadTables: readonly DayTable[] = [
  { table: 'bodies', key: 'event_id' },
  { table: 'event_data', key: 'event_id' },
  { table: 'answer_bodies', key: 'delivery_id' },
  { table: 'import_chunks', key: 'import_id' },
];

/** What is known of events; those that others belong to are last. */
export const recordTables: readonly DayTable[] = [
  { table: 'batch_attempts', key: 'delivery_id' },
  { table: 'batches', key: 'delivery_id' },
  { table: 'attempts', key: 'delivery_id' },
  { table: 'deliveries', key: 'id' },
  { table: 'events', key: 'id' },
];

/** All that is partitioned by day, as `make_day_partitions` knows it. */
export const dayTables: readonly DayTable[] = [...payloadTables, ...recordTables];
