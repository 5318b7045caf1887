import type { SourceItem } from "../../pipeline/ports.ts";
import { isItemName, isManifestName } from "../zip/entry-faults.ts";

export type FileKind = "item" | "zip" | "manifest" | "unknown";

export function kindOf(name: string): FileKind {
  if (isItemName(name)) return "item";
  if (isManifestName(name)) return "manifest";
  return /\.zip$/i.test(name) ? "zip" : "unknown";
}

export function mediaTypeOf(name: string): SourceItem["mediaType"] {
  return /\.json$/i.test(name) ? "application/json" : "message/rfc822";
}

/** What a ZIP and its manifest share: `…/20260130.zip`, `…/20260130.mf` and `…/20260130.zip.mf`. */
export function stemOf(name: string): string {
  return name.replace(/(\.zip)?\.mf$|\.zip$/i, "");
}
