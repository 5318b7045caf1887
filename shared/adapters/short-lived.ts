import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** From 4 MB on V8's own collections come in between, and at 6 MB all of them are back. */
const EVERY_BYTES = 2 * 1_048_576;

let passed = 0;
let collector: { readonly collect: typeof globalThis.gc } | undefined;

/**
 * To be told of bytes that came in pieces, from a connection, which nobody keeps.
 *
 * The pieces lie outside V8's heap. It does not mind them until there are many, up to
 * 64 MB, and then it goes through its whole heap, in four threads: that took half the
 * CPU time of a download, and 64 MB for an item of any size. They die young, and a
 * look at what is young takes a millisecond or two.
 */
export function passedThrough(bytes: number): void {
  passed += bytes;
  if (passed < EVERY_BYTES) return;
  passed = 0;
  collector ??= { collect: fromNewContext() };
  collector.collect?.({ type: "minor" });
}

/** Nothing where this Node does not give it away: then V8 does as it always did. */
function fromNewContext(): typeof globalThis.gc {
  // Our own context does not change by it: the flag tells what new ones are given.
  setFlagsFromString("--expose-gc");
  return runInNewContext("globalThis.gc");
}
