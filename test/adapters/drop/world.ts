import { randomUUID } from "node:crypto";
import { after, before } from "node:test";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import type { DropDeps } from "../../../shared/adapters/drop/files.ts";
import { blobDropReports } from "../../../shared/adapters/drop/reports.ts";
import { dropSource } from "../../../shared/adapters/drop/source.ts";
import type { Log, LogFields, Source, SourceItem } from "../../../shared/pipeline/ports.ts";
import { gather } from "../../../shared/pipeline/streams.ts";

const HOUR = 3_600_000;

let azurite: Azurite;

/** Azurite, for as long as the file's tests run. */
export function useAzurite(): void {
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite.stop());
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A container `drop`, a container `reports`, and a clock that stands an hour after the files came. */
export async function dropWorld() {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const container = service.getContainerClient(`drop-${randomUUID()}`);
  const reports = service.getContainerClient(`reports-${randomUUID()}`);
  await Promise.all([container.create(), reports.create()]);

  const clock = { now: new Date(Date.now() + HOUR) };
  const now = (): Date => clock.now;
  const lines: LogLine[] = [];
  const log = logInto(lines);
  const deps: DropDeps = {
    container,
    reports: blobDropReports(reports, { connector: "wechat", log, now }),
    connector: "wechat",
    log,
    now,
  };
  return {
    container,
    reports,
    clock,
    lines,
    log,
    deps,
    /** A new one, as every tick has: it remembers nothing. */
    source: (more: Partial<DropDeps> = {}): Source =>
      dropSource({ kind: "drop", prefix: "wechat/" }, { ...deps, ...more }),
    put: (name: string, content: string | Buffer) => put(container, name, content),
    setAside: () => reportsIn(reports, "set-aside/wechat/"),
  };
}

/** Everything of the last day. */
export function day(now = new Date(Date.now() + HOUR)) {
  return { from: new Date(now.getTime() - 24 * HOUR), until: now };
}

export async function put(container: ContainerClient, name: string, content: string | Buffer) {
  await container.getBlockBlobClient(name).upload(content, Buffer.byteLength(content));
}

/** Every item of a window; each page is asked of a new source, as after a crash. */
export async function allItems(source: () => Source, window = day()): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await source().list(window, cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

export async function bytesOf(source: Source, item: SourceItem): Promise<string> {
  return String(await gather(await source.read(item)));
}

async function reportsIn(reports: ContainerClient, prefix: string) {
  const found: { blob: string; faults: { code: string; file?: string }[] }[] = [];
  for await (const { name } of reports.listBlobsFlat({ prefix })) {
    const bytes = await reports.getBlobClient(name).downloadToBuffer();
    found.push(JSON.parse(bytes.toString()));
  }
  return found;
}

function logInto(lines: LogLine[]): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
