/** A connector as its file `config/connectors/{id}.json` has it, and its custom mapping. */
export interface TrafficConnector {
  readonly id: string;
  readonly file: Record<string, unknown>;
  /** The text of `config/mappings/{id}.csv`. */
  readonly mappingCsv: string;
}

/**
 * The two connectors of the day.
 *
 * Their CSV files say the same; one is as the vendor describes it, the other as
 * Excel in a German office saves it: with a byte order mark, semicolons, quoted
 * numbers, spaces and `+`.
 */
export function trafficConnectors(baseUrl: string): TrafficConnector[] {
  return [
    {
      id: "wechat",
      file: connectorFile("wechat", "WeChat", "WECHAT_TELEMESSAGE_PASSWORD", baseUrl),
      mappingCsv: [
        "External User ID,Microsoft 365 User Mailbox",
        "445204334324,carol@contoso.com",
        "15550105,carol@contoso.com",
        "15550106,bob.former@contoso.com",
        "",
      ].join("\r\n"),
    },
    {
      id: "whatsapp",
      file: connectorFile("whatsapp", "WhatsApp", "WHATSAPP_TELEMESSAGE_PASSWORD", baseUrl),
      mappingCsv: [
        "\uFEFFExternal User ID;Microsoft 365 User Mailbox",
        '"+44 5204 334324";carol@contoso.com',
        '"15550105";Carol@Contoso.com ',
        '"+15550106";bob.former@contoso.com',
        "",
      ].join("\r\n"),
    },
  ];
}

function connectorFile(id: string, type: string, passwordSetting: string, baseUrl: string) {
  return {
    id,
    type,
    enabled: true,
    collectAfter: "05:30",
    source: { kind: "telemessage", baseUrl, username: "archive@contoso.com", passwordSetting },
    mapping: { automatic: true, custom: `mappings/${id}.csv`, defaultCountry: "GB" },
    limits: { maxItemBytes: 10_485_760, oversize: "reject" },
  };
}
