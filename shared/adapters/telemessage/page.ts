import { z } from "zod";
import { SourceError } from "../../domain/errors.ts";
import type { SourceItem } from "../../pipeline/ports.ts";

const LONGEST_ID_BYTES = 512;

const ItemId = z.string().refine(isItemId, "must be 1 to 512 bytes, without control characters");

const Item = z.object({
  id: ItemId,
  receivedAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  // Proxies add parameters: `message/rfc822; charset=utf-8` says nothing that the bytes do not.
  mediaType: z
    .string()
    .transform((text) => text.split(";", 1)[0]?.trim().toLowerCase())
    .pipe(z.enum(["message/rfc822", "application/json"])),
  size: z.int().nonnegative(),
});

/** One page as the published contract has it (`docs/telemessage-gateway.openapi.yaml`). */
const Page = z.object({
  items: z.array(Item),
  next: z.string().min(1).max(2_048).nullable(),
});

export interface GatewayPage {
  readonly items: readonly SourceItem[];
  /** The gateway's own cursor. */
  readonly next: string | null;
}

/**
 * Reads a page, or refuses it whole: a page that is understood in part is a page
 * of which the rest is lost.
 *
 * Items outside the window and items listed twice are kept: an item is known by
 * its key, and one that we dropped here would be asked for by nobody.
 */
export function readPage(text: string): GatewayPage {
  try {
    return Page.parse(JSON.parse(text));
  } catch {
    // Without a cause: both parsers quote what they could not read.
    throw new SourceError("unavailable", "malformed-page");
  }
}

/** `.` and `..` cannot be a path segment: every proxy on the way resolves them. */
function isItemId(id: string): boolean {
  const bytes = Buffer.byteLength(id);
  const isSegment = id !== "." && id !== "..";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isClean = !/[\u0000-\u001f\u007f]/.test(id) && id.isWellFormed();
  return bytes >= 1 && bytes <= LONGEST_ID_BYTES && isSegment && isClean;
}
