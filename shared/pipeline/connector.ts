import { z } from "zod";
import { catalogue, catalogueEntry } from "../connectors/catalogue.ts";

const MIB = 1_048_576;

const SettingName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an app setting, never the secret itself");

const Gateway = z.strictObject({
  kind: z.literal("telemessage"),
  baseUrl: z.url({ protocol: /^https?$/, error: "must be an https URL" }),
  username: z.string().min(1),
  passwordSetting: SettingName,
});

const Sftp = z.strictObject({
  kind: z.literal("sftp"),
  host: z.string().min(1),
  port: z.int().min(1).max(65535).default(22),
  username: z.string().min(1),
  passwordSetting: SettingName.optional(),
  privateKeySetting: SettingName.optional(),
  hostKey: z
    .string()
    .regex(
      /^SHA256:[A-Za-z0-9+/]{43}=?$/,
      "must be the server's key as `SHA256:…` (ssh-keygen -lf)",
    ),
  path: z.string().startsWith("/", "must be an absolute path"),
});

const Drop = z.strictObject({
  kind: z.literal("drop"),
  prefix: z.string().regex(/^[^/].*\/$/, "must be a prefix that ends in /, such as `wechat/`"),
});

/** The file `config/connectors/{id}.json`, with its defaults filled in. */
export const Connector = z
  .strictObject({
    $schema: z.string().optional(),
    /** Part of blob names and row keys, and of every item's identity: it never changes. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and -"),
    type: z.enum(catalogue.map((it) => it.type) as [string, ...string[]], {
      error: `must be one of ${catalogue.map((it) => it.type).join(", ")}`,
    }),
    enabled: z.boolean(),
    folder: z.string().trim().min(1).optional(),
    /** Where the folder lies: directly under the mailbox root, or in the Inbox. */
    folderParent: z.enum(["root", "inbox"]).default("root"),
    itemClass: z
      .string()
      .regex(/^[A-Za-z0-9.]+$/, "must be letters, digits and dots")
      .optional(),
    /** UTC. TeleMessage's threaded delivery is at 05:00 GMT. */
    collectAfter: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day in UTC, HH:mm")
      .default("05:30"),
    source: z.discriminatedUnion("kind", [Gateway, Sftp, Drop]),
    mapping: z.strictObject({
      automatic: z.boolean().default(true),
      custom: z
        .string()
        .regex(/^mappings\/[^/]+\.csv$/, "must be `mappings/{name}.csv`")
        .optional(),
      defaultCountry: z
        .string()
        .regex(/^[A-Z]{2}$/, "must be a two-letter country code, such as GB")
        .optional(),
    }),
    limits: z
      .strictObject({
        maxItemBytes: z
          .int()
          .min(1)
          .max(150 * MIB, "must not be above 157286400 (150 MB, Graph's own limit for a file)")
          .default(10 * MIB),
        oversize: z.enum(["reject", "strip"]).default("reject"),
      })
      .prefault({}),
    /** `acrossCustodians`: the same message of a chat, archived by several people, once a mailbox. */
    dedupe: z.enum(["none", "acrossCustodians"]).default("none"),
    /** Without data for so long, the connector is reported as silent. */
    silentAfterHours: z.int().positive().default(26),
  })
  .superRefine((connector, context) => {
    const { source } = connector;
    if (source.kind === "sftp" && !source.passwordSetting === !source.privateKeySetting) {
      context.addIssue({
        code: "custom",
        path: ["source", "passwordSetting"],
        message: "name either passwordSetting or privateKeySetting",
      });
    }
  })
  .transform((connector) => {
    const entry = catalogueEntry(connector.type);
    if (!entry) throw new Error(`type ${connector.type} is not in the catalogue`);
    return {
      ...connector,
      name: entry.name,
      folder: connector.folder ?? entry.folder,
      itemClass: connector.itemClass ?? entry.itemClass,
    };
  });
export type Connector = Readonly<z.infer<typeof Connector>>;
export type GatewaySource = Readonly<z.infer<typeof Gateway>>;
export type SftpSource = Readonly<z.infer<typeof Sftp>>;
export type DropSource = Readonly<z.infer<typeof Drop>>;

/** One line a fault, each with the connector's id and the field's path: `wechat: source.baseUrl must be …`. */
export function connectorFaults(id: string, error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const extra = issue.code === "unrecognized_keys" ? issue.keys : [];
    const path = [...issue.path, ...extra].join(".") || "(file)";
    return `${id}: ${path} ${issue.code === "unrecognized_keys" ? "is not a field of a connector file: remove it" : issue.message}`;
  });
}
