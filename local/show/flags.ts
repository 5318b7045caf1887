import { parseArgs } from "node:util";

export interface Flags {
  readonly once: boolean;
  readonly again: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** Absent: the kept day's, or 1. */
  readonly scale?: number;
  /** Absent: 7071, or any free one with `once`. */
  readonly port?: number;
  readonly state?: string;
}

export const HELP = `npm start [-- flags]

Runs the whole archiver on this machine: storage (Azurite), a TeleMessage gateway that holds a
made-up day of WeChat and WhatsApp, Microsoft Graph with four mailboxes, and the app itself under
a local Functions host. Shows what becomes of every item. Nothing leaves this machine.

  --once       collect once, wait until all is done, say how it ended, and exit:
               0 when every run is balanced and closed and each item of the day ended as it should
  --again      forget the checkpoints first and nothing else: the day is collected again,
               everything is skipped, no mailbox changes
  --json       print the result as JSON in the last line
  --scale N    a day with 80 further messages for every step above 1; chosen at the first start
  --port N     where the app answers HTTP (7071; any free port with --once)
  --state DIR  where all of it is kept (.archiver); remove it to begin anew
  --help       this text

Examples
  npm start                          try it, and keep it running
  npm start -- --once                the same, and come back
  npm start -- --once --again        collect the same day again
  npm start -- --once --state /tmp/large --scale 20

Connectors and mappings of your own
  The first start writes .archiver/config/connectors/*.json and .archiver/config/mappings/*.csv.
  Edit them, add your own, take the made-up ones away: the next start uses what is there.

Real services in place of the stand-ins: set these in the environment
  ArchiveStorage    connection string of a storage account: no Azurite is started, and connector
                    files in its container config are used as they are
  GRAPH_BASE_URL    https://graph.microsoft.com, for example: no stand-in Graph is started. The app
                    signs in with AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_CERTIFICATE_PATH
  source.baseUrl    in your connector file: your gateway is asked; its password is the environment
                    variable that passwordSetting names
  With either of the first two, TENANT_HASH_SALT is yours to set too. Every other setting of the
  app may be set in the same way (local.settings.json.sample names them).
`;

/** npm takes a flag for itself unless `--` comes first, and leaves this trace. */
const FLAGS_THAT_NPM_MAY_TAKE = ["once", "again", "scale", "state"];

/** Throws an error whose message says which flag is wrong, and how it is right. */
export function readFlags(args: readonly string[], env: NodeJS.ProcessEnv): Flags {
  const taken = FLAGS_THAT_NPM_MAY_TAKE.find((flag) => env[`npm_config_${flag}`] !== undefined);
  if (taken) {
    throw new Error(`npm has taken --${taken} for itself. Write: npm start -- --${taken}`);
  }
  const { scale, port, state, ...switches } = parsed(args);
  return {
    ...switches,
    ...(scale !== undefined && { scale: wholeNumber("scale", scale, 1, 1000) }),
    ...(port !== undefined && { port: wholeNumber("port", port, 0, 65_535) }),
    ...(state !== undefined && { state }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        scale: { type: "string" },
        port: { type: "string" },
        state: { type: "string" },
      },
    }).values;
  } catch (error) {
    // The first sentence names the flag; the others are about the parser.
    const [fault] = (error as Error).message.split(/[.\n]/);
    throw new Error(`${fault}. All flags: npm start -- --help`);
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new Error(`--${flag} must be a whole number from ${least} to ${most}, not ${text}.`);
  }
  return number;
}
