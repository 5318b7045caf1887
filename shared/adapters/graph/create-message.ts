import type { Message } from "@microsoft/microsoft-graph-types";
import { classify } from "../../domain/error-table.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import type { AddedItem } from "../../pipeline/ports.ts";
import { GraphFailure } from "./graph-failure.ts";
import { message, reducedMessage } from "./message.ts";
import { graphPath } from "./odata.ts";
import { type WholeFile, withFiles } from "./request-body.ts";
import type { Visit } from "./traffic.ts";

export function messageJson(item: MailItem): string {
  return JSON.stringify(message(item));
}

/**
 * Creates a message, with its files when they are given: one request, so it is
 * there whole or not at all. When Exchange refuses the item, once more without
 * what it refuses most often; what was left off is said.
 *
 * @param json the message as `messageJson` gives it, when it is at hand
 */
export async function createMessage(
  visit: Visit,
  folderId: string,
  item: MailItem,
  { json = messageJson(item), files = [] }: { json?: string; files?: readonly WholeFile[] } = {},
): Promise<AddedItem> {
  const path = graphPath`/users/${visit.mailbox}/mailFolders/${folderId}/messages`;
  const create = async (message: string): Promise<string> => {
    const body = withFiles(message, files);
    const made = await visit.call<Message>({ method: "POST", path, body });
    if (!made.id) throw new Error("Graph created a message and gave it no id");
    return made.id;
  };
  try {
    return { mailboxItemId: await create(json) };
  } catch (error) {
    const isReducible = error instanceof GraphFailure && classify(error.failure).reducible;
    const less = isReducible ? reducedMessage(item) : undefined;
    if (!less) throw error;
    return { mailboxItemId: await create(JSON.stringify(less.message)), reduced: less.reduced };
  }
}
