/** An event on its way to the store, as far as its order goes. */
interface EventInOrder {
  /** Null: none was given. */
  orderingKey: string | null;
  deliveries: readonly { id: string; endpointId: string; isNumbered: boolean }[];
}

/** How many of a group's deliveries are in one order. */
interface HeadCount {
  endpointId: string;
  orderingKey: string;
  count: number;
}

/**
 * The places of a group's deliveries in their orders: how many numbers each of those gives out, and by delivery how many
 * before the next free one its number is; in the group's order, the last has 1. Without those that get no number.
 */
export function numberHeads(events: readonly EventInOrder[]): {
  counts: HeadCount[];
  fromLast: ReadonlyMap<string, number>;
} {
  const heads = new Map<string, HeadCount>();
  const fromLast = new Map<string, number>();
  for (const event of events.toReversed()) {
    const orderingKey = event.orderingKey ?? '';
    for (const { id, endpointId, isNumbered } of event.deliveries) {
      if (!isNumbered) continue;
      const name = endpointId + orderingKey;
      const head = heads.get(name) ?? { endpointId, orderingKey, count: 0 };
      head.count += 1;
      heads.set(name, head);
      fromLast.set(id, head.count);
    }
  }
  return { counts: [...heads.values()], fromLast };
}
