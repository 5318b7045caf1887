import { collectLargeItem } from "./rows/collect.ts";
import { growTo } from "./rows/growth.ts";
import { importLargePeak } from "./rows/import-large.ts";
import { collectAtOnce } from "./sweeps/collect-at-once.ts";

/** What `probe` can run in a fresh process, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each probe reads its own JSON.
export const probes: Readonly<Record<string, (given: any) => Promise<unknown>>> = {
  collect: collectLargeItem,
  "collect-at-once": collectAtOnce,
  growth: growTo,
  "import-large": importLargePeak,
};
