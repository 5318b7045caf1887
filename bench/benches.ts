import type { Bench } from "./harness/report.ts";
import { coldStart } from "./rows/cold-start.ts";
import { collect } from "./rows/collect.ts";
import { convertEml } from "./rows/convert-eml.ts";
import { convertJson } from "./rows/convert-json.ts";
import { fleet } from "./rows/fleet.ts";
import { growth } from "./rows/growth.ts";
import { importLarge } from "./rows/import-large.ts";
import { importSmall } from "./rows/import-small.ts";
import { mapping } from "./rows/mapping.ts";
import { oneMailbox } from "./rows/one-mailbox.ts";
import { pipeline } from "./rows/pipeline.ts";
import { sweep } from "./rows/sweep.ts";

/** Every bench, in the order of the table. */
export const benches: readonly Bench[] = [
  convertEml,
  convertJson,
  importSmall,
  importLarge,
  collect,
  pipeline,
  mapping,
  growth,
  coldStart,
  oneMailbox,
  fleet,
  sweep,
];
