import { createHash } from "node:crypto";
import { z } from "zod";
import { SourceError } from "../../domain/errors.ts";

/** A window of so many pages is not one that ends. */
const MOST_PAGES = 1_000_000;

/**
 * Our cursor: the gateway's own, and what shows that its pages do not go round in
 * a circle. It is stored with the checkpoint, so a circle is found even when each
 * tick gets only a few pages far.
 */
export const GatewayCursor = z.strictObject({
  /** The gateway's cursor: opaque. */
  next: z.string().min(1).max(2_048),
  pages: z.int().positive(),
  /** Brent's way to find a circle: a cursor to compare with, renewed after 1, 2, 4, 8 … pages. */
  anchor: z.string(),
  span: z.int().positive(),
  steps: z.int().nonnegative(),
  /** When the window was begun again because the gateway refused a cursor. */
  restartedAt: z.int().optional(),
});
export type GatewayCursor = Readonly<z.infer<typeof GatewayCursor>>;

/** The cursor of the following page. Throws when the gateway leads us in a circle, or on without end. */
export function follow(before: GatewayCursor | undefined, next: string): GatewayCursor {
  const digest = createHash("sha256").update(next).digest("base64url").slice(0, 16);
  if (!before) return { next, pages: 1, anchor: digest, span: 1, steps: 0 };

  const { pages, anchor, span, steps } = before;
  if (digest === anchor) throw new SourceError("unavailable", "repeated-cursor");
  if (pages >= MOST_PAGES) throw new SourceError("unavailable", "endless-pages");
  const isRenewed = steps + 1 === span;
  return {
    ...before,
    next,
    pages: pages + 1,
    anchor: isRenewed ? digest : anchor,
    span: isRenewed ? span * 2 : span,
    steps: isRenewed ? 0 : steps + 1,
  };
}
