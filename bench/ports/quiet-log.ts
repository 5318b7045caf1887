import type { Log } from "../../shared/pipeline/ports.ts";

/** Nobody reads it: what writing a log costs is the host's matter. */
export const quietLog: Log = { info() {}, warn() {}, error() {} };
