import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { RestError } from "@azure/storage-blob";
import { ConfigurationError, DeferredError } from "../domain/errors.ts";
import type { CustomMapping } from "../domain/mapping.ts";
import { customMapping } from "../mapping/custom-mapping.ts";
import { type MappingFile, readMappingFile } from "../mapping/mapping-file.ts";
import type { Connector } from "../pipeline/connector.ts";
import { readConnectorFile } from "../pipeline/connector-file.ts";
import { refuseOverlaps } from "../pipeline/drop-overlap.ts";
import type { Configuration, ConnectorFile, Log } from "../pipeline/ports.ts";
import { gather } from "../pipeline/streams.ts";
import { containers } from "./names.ts";

const CONNECTORS = "connectors/";
/**
 * How long an answer is believed. Short, so that whoever mends a file and drives
 * its items again meets the mended one; long enough that a burst of items asks once.
 */
const FRESH_MS = 2_000;

/**
 * Connector files and mappings, read from the container `config`.
 *
 * `furtherFaults` finds what the file alone cannot show: a password setting that
 * does not exist, a host that is not allowed.
 */
export function blobConfiguration(options: {
  service: BlobServiceClient;
  furtherFaults: (connector: Connector) => readonly string[];
  log: Log;
  now: () => Date;
}): Configuration {
  const { furtherFaults, log, now } = options;
  const config = options.service.getContainerClient(containers.config);
  const fresh = freshFor(FRESH_MS, now);
  const mappings = new Map<string, { etag: string; mapping: CustomMapping }>();

  async function readConnector(id: string): Promise<ConnectorFile | undefined> {
    const blob = await readBlob(config, `${CONNECTORS}${id}.json`);
    return blob && readConnectorFile(id, blob.bytes, furtherFaults);
  }

  return {
    async connectors() {
      const files: ConnectorFile[] = [];
      for await (const { name } of config.listBlobsFlat({ prefix: CONNECTORS })) {
        const id = /^connectors\/([^/]+)\.json$/.exec(name)?.[1];
        const file = id === undefined ? undefined : await readConnector(id);
        if (file) files.push(file);
      }
      return refuseOverlaps(files);
    },

    async connector(id) {
      const file = await fresh(id, readConnector);
      if (file && "connector" in file) return file.connector;
      throw new DeferredError("connector-unavailable", { on: "app" });
    },

    async mapping(connector) {
      const name = connector.mapping.custom;
      if (name === undefined) return undefined;
      return fresh(`${connector.id}/${name}`, () => currentMapping(connector, name));
    },
  };

  async function currentMapping(
    { id, mapping: { defaultCountry } }: Connector,
    name: string,
  ): Promise<CustomMapping> {
    const form = `${id} ${defaultCountry}`;
    const known = mappings.get(form);
    const blob = await readBlob(config, name, known?.etag);
    if (blob === "unchanged" && known) return known.mapping;

    const accepted = `mappings/${id}.accepted.csv`;
    let file: MappingFile | undefined;
    if (blob && blob !== "unchanged") {
      try {
        file = readMappingFile(blob.bytes, name);
        await config.getBlockBlobClient(accepted).uploadData(blob.bytes);
        if (file.refused.length > 0) {
          log.warn("mapping rows refused", { connector: id, rows: file.refused.length });
        }
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        log.error("mapping refused", { connector: id, fault: error.message });
      }
    } else {
      log.error("mapping missing", { connector: id, fault: `config/${name} is not there` });
    }
    file ??= await lastGood(accepted);
    const mapping = customMapping(file, defaultCountry);
    const etag = blob && blob !== "unchanged" ? blob.etag : "";
    mappings.set(form, { etag, mapping });
    return mapping;
  }

  async function lastGood(name: string): Promise<MappingFile> {
    const blob = await readBlob(config, name);
    return blob ? readMappingFile(blob.bytes, name) : { rows: [], refused: [] };
  }
}

interface StoredFile {
  readonly bytes: Buffer;
  readonly etag: string;
}

async function readBlob(container: ContainerClient, name: string): Promise<StoredFile | undefined>;
async function readBlob(
  container: ContainerClient,
  name: string,
  unlessEtag: string | undefined,
): Promise<StoredFile | "unchanged" | undefined>;
async function readBlob(
  container: ContainerClient,
  name: string,
  unlessEtag?: string,
): Promise<StoredFile | "unchanged" | undefined> {
  const conditions = unlessEtag ? { ifNoneMatch: unlessEtag } : {};
  try {
    const answer = await container.getBlobClient(name).download(0, undefined, { conditions });
    const { readableStreamBody, etag } = answer;
    if (!readableStreamBody) return undefined;
    return {
      bytes: await gather(readableStreamBody as AsyncIterable<Uint8Array>),
      etag: etag ?? "",
    };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    if (error.statusCode === 304) return "unchanged";
    if (error.statusCode === 404) return undefined;
    throw error;
  }
}

/** Remembers each answer for a while; concurrent questions share one. A failure is not remembered. */
function freshFor(
  ms: number,
  now: () => Date,
): <T>(key: string, ask: (key: string) => Promise<T>) => Promise<T> {
  const answers = new Map<string, { until: number; answer: Promise<unknown> }>();
  return <T>(key: string, ask: (key: string) => Promise<T>): Promise<T> => {
    const known = answers.get(key);
    if (known && known.until > now().getTime()) return known.answer as Promise<T>;
    const answer = ask(key);
    answers.set(key, { until: now().getTime() + ms, answer });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
