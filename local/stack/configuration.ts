import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import type { TrafficConnector } from "../traffic/connectors.ts";

/** Connector files and mappings, by their names in the container `config`. */
export type ConfigurationFiles = ReadonlyMap<string, Buffer>;

const FOLDERS = { connectors: ".json", mappings: ".csv" } as const;
const CONNECTORS = "connectors/";

export function filesOf(connectors: readonly TrafficConnector[]): ConfigurationFiles {
  return new Map(
    connectors.flatMap(({ id, file, mappingCsv }) => [
      [`${CONNECTORS}${id}.json`, Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`)],
      [`mappings/${id}.csv`, Buffer.from(mappingCsv)],
    ]),
  );
}

/** The files in a folder of this machine; none when there is no connector file. */
export async function readConfiguration(folder: string): Promise<ConfigurationFiles> {
  const files = new Map<string, Buffer>();
  for (const [name, extension] of Object.entries(FOLDERS)) {
    for (const file of await namesIn(join(folder, name))) {
      if (!file.endsWith(extension)) continue;
      files.set(`${name}/${file}`, await readFile(join(folder, name, file)));
    }
  }
  return [...files.keys()].some((name) => name.startsWith(CONNECTORS)) ? files : new Map();
}

export async function writeConfiguration(folder: string, files: ConfigurationFiles): Promise<void> {
  for (const name of Object.keys(FOLDERS)) {
    await mkdir(join(folder, name), { recursive: true });
  }
  for (const [name, bytes] of files) {
    await writeFile(join(folder, name), bytes);
  }
}

/** Whether a connector collects from one of these addresses. */
export function collectFrom(files: ConfigurationFiles, addresses: readonly string[]): boolean {
  return [...files].some(
    ([name, bytes]) =>
      isConnector(name) && addresses.some((each) => mentions(each).test(bytes.toString())),
  );
}

/** The same files, with connectors that collected from one of `before` collecting from `after`. */
export function moved(
  files: ConfigurationFiles,
  before: readonly string[],
  after: string,
): ConfigurationFiles {
  const move = (text: string) =>
    before.reduce((moving, address) => moving.replaceAll(mentions(address), after), text);
  return new Map(
    [...files].map(([name, bytes]) => [
      name,
      isConnector(name) ? Buffer.from(move(bytes.toString())) : bytes,
    ]),
  );
}

/** The container `config` of an account. */
export interface ConfigContainer {
  /** The connector files in it. */
  connectors(): Promise<ConfigurationFiles>;
  /** Puts the files there. `only`: connector files that are not among them are removed. */
  put(files: ConfigurationFiles, options: { only: boolean }): Promise<void>;
}

export function configContainer(connectionString: string): ConfigContainer {
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient("config");
  return {
    async connectors() {
      const files = new Map<string, Buffer>();
      if (!(await container.exists())) return files;
      for await (const { name } of connectorsIn(container)) {
        files.set(name, await container.getBlobClient(name).downloadToBuffer());
      }
      return files;
    },
    async put(files, { only }) {
      await container.createIfNotExists();
      for (const [name, bytes] of files) {
        await container.getBlockBlobClient(name).uploadData(bytes);
      }
      if (!only) return;
      for await (const { name } of connectorsIn(container)) {
        if (!files.has(name)) await container.deleteBlob(name);
      }
    },
  };
}

function connectorsIn(container: ContainerClient) {
  return container.listBlobsFlat({ prefix: CONNECTORS });
}

function isConnector(name: string): boolean {
  return name.startsWith(CONNECTORS);
}

/** An address without a path; another port may begin with the same digits. */
function mentions(address: string): RegExp {
  return new RegExp(`${address.replaceAll(".", "\\.")}(?!\\d)`, "g");
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
