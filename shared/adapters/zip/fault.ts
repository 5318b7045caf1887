import type { ManifestFault } from "../../connectors/manifest.ts";

/** Why a file of the drop was not taken. Operators filter by these words: they never change. */
export type FaultCode =
  | ManifestFault["code"]
  | "not-a-zip"
  | "damaged-directory"
  | "damaged-file"
  | "too-many-files"
  | "too-large"
  | "zip-bomb"
  | "overlapping-files"
  | "unsafe-name"
  | "duplicate-name"
  | "encrypted"
  | "unknown-compression"
  | "nested-zip"
  | "unknown-kind"
  | "empty-file"
  | "manifest-missing"
  | "manifest-too-large"
  | "zip-missing";

export interface Fault {
  readonly code: FaultCode;
  /** A name out of a ZIP or its manifest. For the report; never logged, since it may hold a number. */
  readonly file?: string;
}
