import type { Contents } from "./contents.ts";
import type { Attachment } from "./mailbox.ts";
import { selection } from "./odata/query.ts";
import { ATTACHMENT_BASE } from "./property-tables.ts";
import type { JsonObject } from "./validate.ts";

const OF_FILES = ["contentBytes", "contentId", "contentLocation"];
const CAST = "microsoft.graph.fileAttachment/";

/**
 * How attachments are shown in the answer to this query. `contentId` and the bytes
 * belong to `fileAttachment`, so a `$select` must name them with the cast.
 */
export function attachmentView(
  contents: Contents,
  query: { get(name: string): string | undefined | null },
): (attachment: Attachment) => JsonObject {
  const selected = selection(query, "attachment", [
    ...ATTACHMENT_BASE,
    ...OF_FILES.map((name) => CAST + name),
  ]);
  const names = selected?.map((name) => name.replace(CAST, "")) ?? [
    ...ATTACHMENT_BASE,
    ...OF_FILES,
  ];
  return (attachment) => {
    const fields: JsonObject = {
      id: attachment.id,
      lastModifiedDateTime: attachment.lastModifiedAt,
      name: attachment.name,
      contentType: attachment.contentType,
      size: sizeShown(attachment),
      isInline: attachment.isInline,
      contentId: attachment.contentId,
      contentLocation: attachment.contentLocation,
    };
    const view: JsonObject = {
      "@odata.type": "#microsoft.graph.fileAttachment",
      "@odata.mediaContentType": attachment.contentType ?? "application/octet-stream",
      id: attachment.id,
    };
    for (const name of names) {
      view[name] =
        name === "contentBytes" ? contents.get(attachment.sha256).toString("base64") : fields[name];
    }
    return view;
  };
}

/** Graph's size holds some overhead besides the bytes, and nobody may rely on how much. */
function sizeShown(attachment: Attachment): number {
  return (
    attachment.bytes + 140 + 2 * attachment.name.length + 2 * (attachment.contentId ?? "").length
  );
}
