import { ITEM_KEY } from "../../domain/item-key.ts";
import { itemHistory } from "../../pipeline/item-history.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";

/** An item's key, made sure of. A source id never stands in a URL: some hold a number, and hosts log URLs. */
export function checkedKey(id: string): string {
  if (ITEM_KEY.test(id)) return id;
  throw new OperationError(
    "bad-request",
    "An item is named by its key, i- and 32 hex digits: POST items/find tells it for a connector and source id",
  );
}

/**
 * Everything on record of one item, from the source to each mailbox. Names no
 * person; `sourceItemId` only for those who may see content, since some sources put
 * a number into it, and operators' reasons not for everyone.
 */
export async function showItem(
  key: string,
  ports: OperationsPorts,
  { withSourceId, withReasons }: { withSourceId: boolean; withReasons: boolean },
) {
  const item = await ports.ledger.item(key);
  if (!item) throw noSuchItem();
  const { again, mappedBy, deliveries, actions } = await itemHistory(item, ports);
  const run = await ports.runs.get(item.connector, item.runId);
  const { poisonEntry: _, mappedBy: __, mailboxes: ___, sourceItemId, ...told } = item;
  return {
    ...told,
    ...(withSourceId && { sourceItemId }),
    again: again.map(({ why, ...it }) => ({ ...it, ...(withReasons && { why }) })),
    mappedBy: mappedBy.map(({ mailbox, rule, row }) => ({ mailbox, rule, row })),
    deliveries: deliveries.map(({ poisonEntry: _, itemKey: __, ...delivery }) => delivery),
    actions: actions.map(({ why, ...it }) => ({ ...it, ...(withReasons && { why }) })),
    run: run && { runId: run.runId, kind: run.kind, state: run.state, sealed: run.sealed },
  };
}

export function noSuchItem(): OperationError {
  return new OperationError(
    "not-found",
    "The ledger knows no such item: check the key, or the connector and the source id.",
  );
}
