import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { blobSftpMemory } from "../../../shared/adapters/sftp/memory.ts";
import { sftpSource } from "../../../shared/adapters/sftp/source.ts";
import type { Source } from "../../../shared/pipeline/ports.ts";
import { allItems, dropWorld, useAzurite } from "../drop/world.ts";
import { deliveryZip, eml } from "../zip/zip-bytes.ts";
import { type OpenSsh, startOpenSsh } from "./openssh.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The tick, in whole seconds, as the server keeps times. */
export const NOW = new Date(Math.floor(Date.now() / 1_000) * 1_000);
export const TODAY = { from: new Date(NOW.getTime() - 26 * HOUR), until: NOW };
export const TOMORROW = {
  from: new Date(NOW.getTime() - 2 * HOUR),
  until: new Date(NOW.getTime() + DAY),
};

let server: OpenSsh;

/** Azurite and OpenSSH, for as long as the tests of a `describe` run; each finds the folder empty. */
export function useServers(): void {
  useAzurite();
  before(async () => {
    server = await startOpenSsh();
  });
  after(() => server.stop());
  beforeEach(() => {
    rmSync(server.folder, { recursive: true });
    mkdirSync(server.folder);
  });
}

export const folder = (): string => server.folder;

/** Puts a file into the folder; it was changed so long before now. */
export function deliver(name: string, content: string | Buffer, agoMs = 3 * HOUR): void {
  const path = join(server.folder, name);
  writeFileSync(path, content);
  const at = new Date(NOW.getTime() - agoMs);
  utimesSync(path, at, at);
}

export const zipOf = (...ids: string[]): Buffer =>
  deliveryZip(ids.map((id) => ({ name: `${id}.eml`, content: eml(id) })));

export async function sftpWorld() {
  const drop = await dropWorld();
  drop.clock.now = NOW;
  const config = {
    kind: "sftp" as const,
    host: "127.0.0.1",
    port: server.port,
    username: server.username,
    privateKeySetting: "KEY",
    hostKey: server.hostKey,
    path: server.folder,
  };
  const source = (more: object = {}, deps: object = {}): Source =>
    sftpSource(
      { ...config, ...more },
      {
        ...drop.deps,
        memory: blobSftpMemory(drop.reports, "wechat"),
        credentials: { privateKey: server.privateKey },
        outbound: outboundRules({ allowedHosts: undefined, onAzure: false }),
        ...deps,
      },
    );
  /** The ids of a window's items. */
  const ids = async (window = TODAY) => (await allItems(source, window)).map(({ id }) => id);
  return { ...drop, source, ids };
}
