import { RestError, TableClient } from "@azure/data-tables";

/** What the app's tables say, read as any tool would read them: by their published names. */
export interface Accounts {
  runs(): Promise<Run[]>;
  items(): Promise<Item[]>;
  /** Deliveries that ended in a mailbox. */
  deliveries(): Promise<Delivery[]>;
  /** How many lie in the poison queue, by code, in the order of the codes. */
  setAside(): Promise<{ code: string; count: number }[]>;
  checkpoints(): Promise<string[]>;
  /** The connectors are new again; all else stays. */
  forgetCheckpoints(): Promise<void>;
}

export interface Tally {
  readonly available: number;
  readonly imported: number;
  readonly partial: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly pending: number;
}

export interface Run extends Tally {
  readonly connector: string;
  readonly id: string;
  readonly from: Date;
  readonly until: Date;
  readonly isClosed: boolean;
}

export interface Item {
  readonly key: string;
  readonly connector: string;
  readonly sourceItemId: string;
  /** `converted`, `waiting`, `rejected`; absent while nobody has converted it. */
  readonly state?: string;
  readonly code?: string;
}

export interface Delivery {
  readonly itemKey: string;
  /** Object id. */
  readonly mailbox: string;
  readonly mailboxItemId: string;
}

const CHECKPOINT = "checkpoint";
const SET_ASIDE = "set-aside";

export function accounts(connectionString: string): Accounts {
  const table = (name: string) =>
    TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });

  async function rows(name: string, filter?: string): Promise<Row[]> {
    const found: Row[] = [];
    try {
      const queryOptions = filter === undefined ? {} : { filter };
      for await (const row of table(name).listEntities<Row>({ queryOptions })) found.push(row);
    } catch (error) {
      // The app makes its tables when it first runs.
      if (!(error instanceof RestError && error.statusCode === 404)) throw error;
    }
    return found;
  }

  return {
    runs: async () => (await rows("Runs")).map(runOf),
    items: async () => (await rows("Items", "RowKey eq 'item'")).map(itemOf),
    deliveries: async () =>
      (await rows("Deliveries", "state eq 'imported'")).map((row) => ({
        itemKey: row.partitionKey,
        mailbox: row.rowKey,
        mailboxItemId: String(row["mailboxItemId"]),
      })),
    async setAside() {
      const counts = new Map<string, number>();
      for (const { code } of await rows("Deliveries", `PartitionKey eq '${SET_ASIDE}'`)) {
        counts.set(String(code), (counts.get(String(code)) ?? 0) + 1);
      }
      return [...counts].sort().map(([code, count]) => ({ code, count }));
    },
    checkpoints: async () =>
      (await rows("Checkpoints", `RowKey eq '${CHECKPOINT}'`)).map((row) => row.partitionKey),
    async forgetCheckpoints() {
      for (const connector of await this.checkpoints()) {
        await table("Checkpoints").deleteEntity(connector, CHECKPOINT);
      }
    },
  };
}

/** `available = imported + partial + skipped + rejected + pending` */
export function isBalanced(tally: Tally): boolean {
  const { available, imported, partial, skipped, rejected, pending } = tally;
  return available === imported + partial + skipped + rejected + pending;
}

interface Row extends Record<string, unknown> {
  readonly partitionKey: string;
  readonly rowKey: string;
}

function runOf(row: Row): Run {
  return {
    connector: row.partitionKey,
    id: row.rowKey,
    from: row["from"] as Date,
    until: row["until"] as Date,
    isClosed: row["state"] === "closed",
    available: Number(row["available"]),
    imported: Number(row["imported"]),
    partial: Number(row["partial"]),
    skipped: Number(row["skipped"]),
    rejected: Number(row["rejected"]),
    pending: Number(row["pending"]),
  };
}

function itemOf(row: Row): Item {
  return {
    key: row.partitionKey,
    connector: String(row["connector"]),
    sourceItemId: String(row["sourceItemId"]),
    ...(row["state"] !== undefined && { state: String(row["state"]) }),
    ...(row["code"] !== undefined && { code: String(row["code"]) }),
  };
}
