import type { z } from "zod";

/** A place in a listing as it is stored between ticks: opaque to the pipeline, a few kilobytes at most. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/**
 * Nothing for a cursor that is not of this kind: left by another source before the
 * connector file was changed. The window is then listed from its start, which
 * loses nothing.
 */
export function readCursor<Place extends z.ZodType>(
  place: Place,
  text: string | undefined,
): z.infer<Place> | undefined {
  if (text === undefined) return undefined;
  try {
    return place.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch {
    return undefined;
  }
}
