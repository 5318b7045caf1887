/** The names that operators and tools rely on: none of them ever changes. */
export const containers = {
  config: "config",
  raw: "raw",
  receipts: "receipts",
  emails: "emails",
  custody: "custody",
  drop: "drop",
  reports: "reports",
} as const;

export const queues = {
  jobs: "import-jobs",
  poison: "import-jobs-poison",
  /** The Functions host's own, for a blob trigger that it could not run. */
  blobPoison: "webjobs-blobtrigger-poison",
} as const;

export const tables = {
  checkpoints: "Checkpoints",
  runs: "Runs",
  runItems: "RunItems",
  items: "Items",
  deliveries: "Deliveries",
} as const;
