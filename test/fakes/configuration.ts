import { DeferredError } from "../../shared/domain/errors.ts";
import type { CustomMapping, DirectoryAnswer } from "../../shared/domain/mapping.ts";
import { Connector } from "../../shared/pipeline/connector.ts";
import type { Configuration, Directory } from "../../shared/pipeline/ports.ts";

/** A connector file as an operator writes it, with what a test changes of it. */
export function connectorFile(change: object = {}): Connector {
  return Connector.parse({
    id: "wechat",
    type: "WeChat",
    enabled: true,
    source: {
      kind: "telemessage",
      baseUrl: "https://gateway.example",
      username: "archive@contoso.com",
      passwordSetting: "WECHAT_TELEMESSAGE_PASSWORD",
    },
    mapping: { automatic: true },
    ...change,
  });
}

/** Configuration in memory; a connector that is not there makes its items wait, as a file that is gone does. */
export function memoryConfiguration(
  connectors: Connector[],
  custom: Record<string, string> = {},
): Configuration & { connectorsById: Map<string, Connector> } {
  const connectorsById = new Map(connectors.map((connector) => [connector.id, connector]));
  const mapping: CustomMapping = {
    find(number) {
      const address = custom[number.replace(/\D/g, "")];
      return address === undefined ? undefined : { address, row: 2 };
    },
  };
  return {
    connectorsById,
    async connectors() {
      return [...connectorsById.values()].map((connector) => ({ id: connector.id, connector }));
    },
    async connector(id) {
      const connector = connectorsById.get(id);
      if (!connector) throw new DeferredError("connector-unavailable", { on: "app" });
      return connector;
    },
    async mapping() {
      return mapping;
    },
  };
}

/** A directory that knows the given addresses, and says how often it was asked. */
export function memoryDirectory(
  known: Record<string, DirectoryAnswer | string>,
): Directory & { down: Error | undefined } {
  const directory = {
    down: undefined as Error | undefined,
    async resolve(address: string): Promise<DirectoryAnswer> {
      if (directory.down) throw directory.down;
      const answer = known[address.toLowerCase()] ?? { kind: "unknown" as const };
      return typeof answer === "string" ? { kind: "mailbox", mailbox: answer } : answer;
    },
  };
  return directory;
}
