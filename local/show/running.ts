import type { Host } from "../host/host.ts";
import type { LogRecord } from "../host/log.ts";
import { appEvent, failureIn, faultIn } from "./events.ts";

/** What a person may do next, while the installation runs. */
export function whatNext(host: Pick<Host, "url" | "functions">, stateDirectory: string): string[] {
  const isThere = (name: string) => host.functions.some((each) => each.name === name);
  return [
    "It runs on: the app collects and reconciles every 15 minutes, each connector once a day.",
    ...(isThere("console") ? [`  console      ${host.url}/api/console`] : []),
    `  health       ${host.url}/api/health`,
    `  collect now  curl -X POST -H 'content-type: application/json' -d '{}' ${host.url}/admin/functions/collect`,
    `  connectors   ${stateDirectory}/config/ (edit, then start again)`,
    `  state        ${stateDirectory}/ (remove it to begin anew)`,
    "  stop         Ctrl+C",
  ];
}

/** What is worth a line while it runs on; nothing for other records. */
export function news(record: LogRecord): string | undefined {
  const fault = faultIn(record) ?? failureIn(record);
  const event = appEvent(record);
  const at = record.time.slice(11, 19);
  if (fault) return `${at}  ${fault}`;
  if (event?.name !== "run balanced") return undefined;
  const { connector, available, imported, partial, skipped, rejected } = event.fields;
  return `${at}  ${connector}: ${available} available, ${imported} imported, ${partial} partial, ${skipped} skipped, ${rejected} rejected`;
}
