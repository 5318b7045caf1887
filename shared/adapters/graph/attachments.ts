import type { Attachment } from "@microsoft/microsoft-graph-types";
import { RejectedItemError } from "../../domain/errors.ts";
import type { MailFile } from "../../domain/mail-item.ts";
import type { GraphRequest } from "./client.ts";
import type { CloudFacts } from "./clouds.ts";
import { drain, type OpenFile, readFile } from "./files.ts";
import { isCode, isStatus } from "./graph-failure.ts";
import { graphPath, nextPage, type Page } from "./odata.ts";
import { onceShown } from "./once-shown.ts";
import { fileBody } from "./request-body.ts";
import { sendRanges } from "./send-ranges.ts";
import type { Visit } from "./traffic.ts";
import { nextOf, type UploadUrl, uploadUrl } from "./upload-session.ts";

const MIB = 1_048_576;
/** Graph's documentation says "3 MB" and names no byte count: below it a POST, from it on a session. */
export const SESSION_FROM_BYTES = 3 * MIB;
/** The last size of which a session may say that it is too small; larger ones are not held in memory. */
const POST_AT_MOST_BYTES = 4 * MIB;

/** An upload that was broken off, and where it can be taken up again. */
export interface BrokenUpload {
  readonly fileIndex: number;
  readonly url: UploadUrl;
}

/** The names of the files that a message has, as Graph lists them. */
export async function attachmentNames(
  visit: Visit,
  messageId: string,
  baseUrl: string,
): Promise<string[]> {
  const names = new Map<string, string>();
  let next: GraphRequest | undefined = {
    method: "GET",
    path: `${messagePath(visit, messageId)}/attachments`,
    // Without a selection the list carries the bytes of every file.
    query: { $select: "id,name", $top: "500" },
  };
  while (next) {
    const request: GraphRequest = next;
    const page: Page<Attachment> = await onceShown(visit, () => visit.call(request));
    for (const { id, name } of page.value) {
      names.set(id ?? "", name ?? "");
    }
    next = nextPage(page, baseUrl);
  }
  return [...names.values()];
}

/**
 * Puts one file onto a message. Its bytes are compared with their SHA-256 before
 * the last of them is sent, so whatever is listed as an attachment is right.
 *
 * Near 3 MB Graph decides whether a file goes in one request or in a session: each
 * of the two ways is tried once at most.
 */
export async function attach(
  visit: Visit,
  messageId: string,
  open: OpenFile,
  options: {
    cloud: CloudFacts;
    now: () => Date;
    progress: () => Promise<void>;
    /** A session that an earlier try began with this very file. */
    begun?: UploadUrl | undefined;
    /** Told of each session, so that a later try can go on with it. */
    onSession: (url: UploadUrl) => void;
  },
): Promise<void> {
  const { file } = open;
  const { cloud, now, begun, onSession } = options;

  async function post(content: Uint8Array): Promise<void> {
    const path = `${messagePath(visit, messageId)}/attachments`;
    const body = fileBody({ file, content });
    await onceShown(visit, () => visit.call({ method: "POST", path, body }));
  }

  async function session(
    chunks: AsyncIterable<Uint8Array>,
    from?: { url: UploadUrl; next: number },
  ): Promise<void> {
    const { url, next } = from ?? (await createSession(visit, messageId, file, { cloud, now }));
    onSession(url);
    await sendRanges(visit, { file, chunks }, { url, next, progress: options.progress });
  }

  if (begun) {
    const next = await begun.next().catch(() => undefined);
    if (next !== undefined) return session(open.chunks, { url: begun, next });
  }
  if (file.size < SESSION_FROM_BYTES) {
    const content = await readFile(open);
    try {
      return await post(content);
    } catch (error) {
      if (!isStatus(error, 413) || isCode(error, "ErrorMessageSizeExceeded")) throw error;
      return session(inOne(content));
    }
  }
  try {
    return await session(open.chunks);
  } catch (error) {
    const isTooSmall = isCode(error, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize");
    if (!isTooSmall || file.size > POST_AT_MOST_BYTES) throw error;
    return post(await readFile(open));
  }
}

/** Passes over a file that the message has already. */
export function pass(open: OpenFile): Promise<void> {
  return drain(open.chunks);
}

async function createSession(
  visit: Visit,
  messageId: string,
  { name, contentType, size, inline, contentId }: MailFile,
  { cloud, now }: { cloud: CloudFacts; now: () => Date },
): Promise<{ url: UploadUrl; next: number }> {
  const request: GraphRequest = {
    method: "POST",
    path: `${messagePath(visit, messageId)}/attachments/createUploadSession`,
    body: {
      AttachmentItem: {
        attachmentType: "file",
        name,
        size,
        contentType,
        isInline: inline,
        ...(contentId !== undefined && { contentId }),
      },
    },
  };
  try {
    const made = await onceShown(visit, () => visit.call<{ uploadUrl?: string }>(request));
    return { url: uploadUrl(made.uploadUrl ?? "", now), next: nextOf(made) };
  } catch (error) {
    const isUnknown = isStatus(error, 400, 404, 405, 501) && !isCode(error, ...ABOUT_THE_FILE);
    if (cloud.uploadSessions === "unconfirmed" && isUnknown) {
      const detail = "large-attachments-unsupported-in-cloud";
      throw new RejectedItemError("rejected-by-exchange", detail, { cause: error });
    }
    throw error;
  }
}

const ABOUT_THE_FILE = [
  "ErrorItemNotFound",
  "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
  "ErrorMessageSizeExceeded",
];

function messagePath({ mailbox }: Visit, messageId: string): string {
  return graphPath`/users/${mailbox}/messages/${messageId}`;
}

async function* inOne(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
