import type { Message } from "@microsoft/microsoft-graph-types";
import { classify } from "../../domain/error-table.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import type { AddedItem } from "../../pipeline/ports.ts";
import { GraphFailure } from "./graph-failure.ts";
import { message, reducedMessage } from "./message.ts";
import { graphPath } from "./odata.ts";
import type { Visit } from "./traffic.ts";

/**
 * Creates a message, with its files when they are given: one request, so it is
 * there whole or not at all. When Exchange refuses the item, once more without
 * what it refuses most often; what was left off is said.
 */
export async function createMessage(
  visit: Visit,
  folderId: string,
  item: MailItem,
  files: Pick<Message, "attachments"> = {},
): Promise<AddedItem> {
  const path = graphPath`/users/${visit.mailbox}/mailFolders/${folderId}/messages`;
  const create = async (body: Message): Promise<string> => {
    const made = await visit.call<Message>({ method: "POST", path, body: { ...body, ...files } });
    if (!made.id) throw new Error("Graph created a message and gave it no id");
    return made.id;
  };
  try {
    return { mailboxItemId: await create(message(item)) };
  } catch (error) {
    const isReducible = error instanceof GraphFailure && classify(error.failure).reducible;
    const less = isReducible ? reducedMessage(item) : undefined;
    if (!less) throw error;
    return { mailboxItemId: await create(less.message), reduced: less.reduced };
  }
}
