import { z } from "zod";

/** A ZIP that is being taken, and how far we are. First its files are checked, all of them; then they are listed. */
const ZipPosition = z.strictObject({
  blob: z.string(),
  etag: z.string(),
  phase: z.enum(["check", "list"]),
  /** The first file that is not done. */
  entry: z.int().nonnegative(),
});
export type ZipPosition = Readonly<z.infer<typeof ZipPosition>>;

export const DropCursor = z.strictObject({
  /** The page of the container's listing: Azure's own marker. */
  marker: z.string().optional(),
  /** The last file of that page that is dealt with. */
  after: z.string().optional(),
  zip: ZipPosition.optional(),
  /** A ZIP whose last items were handed out with this cursor: whoever comes back with it has stored them. */
  taken: z.string().optional(),
});
/** Where in the container we are: names and numbers, some kilobytes at most. */
export type DropCursor = Readonly<z.infer<typeof DropCursor>>;
