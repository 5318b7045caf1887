import type { Message } from "@microsoft/microsoft-graph-types";
import type { GraphRequest } from "./client.ts";
import type { CloudFacts } from "./clouds.ts";
import { type Folders, isFolderGone, stagingFolder } from "./folders.ts";
import { isCode } from "./graph-failure.ts";
import { graphPath, nextPage, odataText, type Page } from "./odata.ts";
import { ARCHIVE_ITEM_KEY, ARCHIVE_REDUCED, propertyOf, withProperties } from "./properties.ts";
import type { GraphTraffic, Visit } from "./traffic.ts";

/** A message that is being put together, out of everybody's sight. */
export interface Staged {
  readonly id: string;
  /** The delivery's key; undefined on what is not the archive's own. */
  readonly key: string | undefined;
  /** What its creation left off, in fixed words. */
  readonly reduced: string | undefined;
}

export interface Staging {
  /** What earlier tries left of a delivery, oldest first. Makes no folder. */
  find(visit: Visit, internetMessageId: string): Promise<Staged[]>;
  list(visit: Visit): Promise<Staged[]>;
  /** Removes a message for good; false where the cloud cannot. */
  remove(visit: Visit, id: string): Promise<boolean>;
}

export function graphStaging(options: {
  traffic: GraphTraffic;
  folders: Folders;
  cloud: CloudFacts;
}): Staging {
  const { traffic, folders, cloud } = options;

  async function list(visit: Visit, $filter?: string): Promise<Staged[]> {
    const folderId = await folders.find(visit, stagingFolder);
    if (folderId === undefined) return [];
    try {
      return await listIn(visit, folderId, $filter);
    } catch (error) {
      if (!isFolderGone(error)) throw error;
      // And all that lay in it is gone with it.
      folders.forget(visit.mailbox, stagingFolder);
      return [];
    }
  }

  async function listIn(visit: Visit, folderId: string, $filter?: string): Promise<Staged[]> {
    const found: (Staged & { at: string })[] = [];
    let next: GraphRequest | undefined = {
      method: "GET",
      path: graphPath`/users/${visit.mailbox}/mailFolders/${folderId}/messages`,
      query: {
        ...($filter !== undefined && { $filter }),
        $select: "id,createdDateTime",
        $expand: withProperties(ARCHIVE_ITEM_KEY, ARCHIVE_REDUCED),
        $top: "100",
      },
    };
    while (next) {
      const page: Page<Message> = await visit.call<Page<Message>>(next);
      found.push(...page.value.map(staged));
      next = nextPage(page, traffic.baseUrl);
    }
    return found.sort((one, other) => one.at.localeCompare(other.at));
  }

  return {
    list: (visit) => list(visit),
    find: (visit, id) => list(visit, `internetMessageId eq ${odataText(id)}`),
    async remove(visit, id) {
      if (!cloud.permanentDelete) return false;
      // Never DELETE: that would put half a message into Deleted Items, where its owner sees it.
      const path = graphPath`/users/${visit.mailbox}/messages/${id}/permanentDelete`;
      try {
        await visit.call({ method: "POST", path });
      } catch (error) {
        if (!isCode(error, "ErrorItemNotFound")) throw error;
      }
      return true;
    },
  };
}

function staged(message: Message) {
  const { id, createdDateTime } = message;
  if (!id) throw new Error("Graph listed a message without an id");
  return {
    id,
    key: propertyOf(message, ARCHIVE_ITEM_KEY),
    reduced: propertyOf(message, ARCHIVE_REDUCED),
    at: createdDateTime ?? "",
  };
}
