import { DeferredError } from "../../shared/domain/errors.ts";
import { customMapping } from "../../shared/mapping/custom-mapping.ts";
import { readMappingFile } from "../../shared/mapping/mapping-file.ts";
import { readConnectorFile } from "../../shared/pipeline/connector-file.ts";
import type { Configuration, ConnectorFile, StoredFiles } from "../../shared/pipeline/ports.ts";
import { gather } from "../../shared/pipeline/streams.ts";

/** Connector files and mappings as they lie in `config`, read anew each time. */
export function fileConfiguration(files: StoredFiles): Configuration {
  const read = async (blob: string): Promise<Buffer | undefined> => {
    const file = await files.open({ container: "config", blob });
    return file && gather(file.chunks);
  };
  const connectors = async (): Promise<ConnectorFile[]> => {
    const found: ConnectorFile[] = [];
    for await (const { blob } of files.list("config", "connectors/")) {
      const id = blob.replace("connectors/", "").replace(".json", "");
      found.push(readConnectorFile(id, (await read(blob)) ?? Buffer.of(), () => []));
    }
    return found;
  };
  return {
    connectors,
    async connector(id) {
      const bytes = await read(`connectors/${id}.json`);
      const file = bytes && readConnectorFile(id, bytes, () => []);
      if (file && "connector" in file) return file.connector;
      throw new DeferredError("connector-unavailable", { on: "app" });
    },
    async mapping({ mapping: { custom, defaultCountry } }) {
      const bytes = custom === undefined ? undefined : await read(custom);
      return bytes && customMapping(readMappingFile(bytes, custom ?? ""), defaultCountry);
    },
  };
}
