import type { OrderWork } from "./orders/carry-orders.ts";
import type { OperationsPorts } from "./ports.ts";
import { orderFiles } from "./scan/order-files.ts";

/** Tries a test mailbox, in one go: a check that is cut short is made again from its start. */
export function tenantCheckWork({ tenantCheck, files }: OperationsPorts): OrderWork {
  return {
    async carryOn({ id }) {
      const mailbox = (await orderFiles(id, files).asked()).toString();
      const verdicts = await tenantCheck(mailbox);
      const failed = verdicts.filter(({ verdict }) => verdict === "failed").length;
      return { done: true, result: { failed, verdicts } };
    },
  };
}
