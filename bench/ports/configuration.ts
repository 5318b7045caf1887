import { ann, bob, carol } from "../../local/traffic/people.ts";
import { DeferredError } from "../../shared/domain/errors.ts";
import type { DirectoryAnswer } from "../../shared/domain/mapping.ts";
import { customMapping } from "../../shared/mapping/custom-mapping.ts";
import { readMappingFile } from "../../shared/mapping/mapping-file.ts";
import { Connector } from "../../shared/pipeline/connector.ts";
import type { Configuration, Directory } from "../../shared/pipeline/ports.ts";

/** A connector as an operator would write it. */
export const wechat = Connector.parse({
  id: "wechat",
  type: "WeChat",
  enabled: true,
  source: {
    kind: "telemessage",
    baseUrl: "https://gateway.example",
    username: "archive@contoso.com",
    passwordSetting: "WECHAT_TELEMESSAGE_PASSWORD",
  },
  mapping: { automatic: true, custom: "mappings/wechat.csv" },
});

/** The one connector, and a mapping file of one row: Carol, whom only the CSV knows. */
export function oneConnector(connector: Connector = wechat): Configuration {
  const csv = `External User ID,Microsoft 365 User Mailbox\n${carol.mobile},carol@contoso.com\n`;
  const mapping = customMapping(readMappingFile(Buffer.from(csv), "wechat.csv"), undefined);
  return {
    connectors: async () => [{ id: connector.id, connector }],
    async connector(id) {
      if (id !== connector.id) throw new DeferredError("connector-unavailable", { on: "app" });
      return connector;
    },
    mapping: async () => mapping,
  };
}

/** The three people's mailboxes. */
export function threeMailboxes(): Directory {
  const known = new Map<string, DirectoryAnswer>(
    [ann.email, bob.email, "carol@contoso.com"].map((address, at) => [
      address ?? "",
      { kind: "mailbox", mailbox: `a0000000-0000-4000-8000-00000000000${at}` },
    ]),
  );
  return { resolve: async (address) => known.get(address.toLowerCase()) ?? { kind: "unknown" } };
}
