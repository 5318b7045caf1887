import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Far below the 64 MB at which V8 would begin by itself. */
const EVERY_BYTES = 4 * 1_048_576;

const collect = collector();
let passed = 0;

/**
 * To be told of bytes that came in pieces, from a connection, which nobody keeps.
 *
 * The pieces lie outside V8's heap. It does not mind them until there are 64 MB, and
 * then it goes through its whole heap, in four threads: that took half the CPU time
 * of a download, and 64 MB for an item of any size. They die young, and a look at
 * what is young takes a millisecond or two.
 */
export function passedThrough(bytes: number): void {
  passed += bytes;
  if (passed < EVERY_BYTES) return;
  passed = 0;
  collect?.({ type: "minor" });
}

/** Nothing where this Node does not give it away: then V8 does as it always did. */
function collector(): typeof globalThis.gc {
  // Our own context does not change by it: a flag tells what new ones are given.
  setFlagsFromString("--expose-gc");
  return runInNewContext("globalThis.gc");
}
