import { stamp } from "../domain/run-id.ts";
import { optional } from "./ledger-rows.ts";
import type { ItemAction, SetAside, SetAsideLedger } from "./ports.ts";
import type { Cells, StoredRow, Table } from "./table.ts";

const ITEM = "item";
/** No item key: a partition of `Deliveries` that lists what is set aside now, however long ago. */
const LIST = "set-aside";
const ACTION = "action-";
/** The row key after every one that begins with `action-`. */
const AFTER_ACTIONS = "action.";

/** What no longer holds of something that is taken up again. */
const REOPENED: Cells = {
  code: null,
  detail: null,
  poisonMessageId: null,
  poisonPopReceipt: null,
  discardedAt: null,
};

/**
 * What is set aside, as rows of its own: runs count what became of their items for
 * good, and to find in them what still wants a person would mean reading every run.
 */
export function tableSetAside(tables: { items: Table; deliveries: Table }): SetAsideLedger {
  const { items, deliveries } = tables;

  const mergeRow = (of: { itemKey: string; mailbox?: string }, cells: Cells): Promise<void> =>
    of.mailbox === undefined
      ? items.merge(of.itemKey, ITEM, cells)
      : deliveries.merge(of.itemKey, of.mailbox, cells);

  return {
    async listSetAside({ itemKey, mailbox, connector, runId, code, at }) {
      const cells = { itemKey, mailbox, connector, runId, code, at };
      await deliveries.merge(LIST, listKey({ itemKey, mailbox }), cells);
    },

    async unlistSetAside({ itemKey, mailbox, at }) {
      const key = listKey({ itemKey, mailbox });
      const stored = await deliveries.get(LIST, key);
      if (!stored || setAsideOf(stored).at.getTime() !== at.getTime()) return;
      await deliveries.remove(LIST, key, stored.etag);
    },

    async *setAside(after) {
      // A space sorts before whatever may follow a key.
      const options = after ? { from: `${listKey(after)} ` } : {};
      for await (const stored of deliveries.list(LIST, options)) yield setAsideOf(stored);
    },

    async reopenDelivery({ itemKey, mailbox }, { runId, at }) {
      for (;;) {
        const stored = await deliveries.get(itemKey, mailbox);
        if (stored?.cells["state"] !== "rejected") return false;
        const reopened = await deliveries.update(
          itemKey,
          mailbox,
          {
            ...REOPENED,
            state: "claimed",
            claimedUntil: null,
            // What the tries before it wrote is not known: a look comes first.
            nothingWritten: false,
            runId,
            redriveRun: runId,
            waitedMs: 0,
            deferredSince: null,
            deferredFor: null,
            changedAt: at,
          },
          stored.etag,
        );
        if (reopened) return true;
      }
    },

    async reopenItem(itemKey, { runId, at }) {
      const waiting = { state: "waiting", waitUntil: at, tries: 0, emailRemovedAt: null };
      await items.merge(itemKey, ITEM, { ...REOPENED, ...waiting, runId, changedAt: at });
    },

    async recordDiscard(of, at) {
      const gone = { poisonMessageId: null, poisonPopReceipt: null };
      await mergeRow(of, { ...gone, discardedAt: at });
    },

    async restoreDelivery({ itemKey, mailbox, at, ...rest }) {
      const imported = rest.state === "imported" ? { importedAt: at } : {};
      await deliveries.insert(itemKey, mailbox, { ...rest, ...imported, changedAt: at });
    },

    async recordAction(itemKey, { mailbox, ...action }) {
      const row = `${ACTION}${stamp(action.at)}${mailbox === undefined ? "" : `-${mailbox}`}`;
      await items.merge(itemKey, row, { ...action, mailbox });
    },

    async actions(itemKey) {
      const found: ItemAction[] = [];
      for await (const stored of items.list(itemKey, { from: ACTION, until: AFTER_ACTIONS })) {
        found.push(actionOf(stored));
      }
      return found;
    },
  };
}

function listKey({ itemKey, mailbox }: { itemKey: string; mailbox?: string | undefined }): string {
  return mailbox === undefined ? itemKey : `${itemKey}_${mailbox}`;
}

function setAsideOf({ cells }: StoredRow): SetAside {
  return {
    itemKey: String(cells["itemKey"]),
    connector: String(cells["connector"]),
    runId: String(cells["runId"]),
    code: cells["code"] as SetAside["code"],
    at: cells["at"] as Date,
    ...optional<SetAside>(cells, ["mailbox"]),
  };
}

function actionOf({ cells }: StoredRow): ItemAction {
  return {
    action: cells["action"] as ItemAction["action"],
    by: String(cells["by"]),
    why: String(cells["why"]),
    at: cells["at"] as Date,
    ...optional<ItemAction>(cells, ["mailbox", "code", "detail", "runId"]),
  };
}
