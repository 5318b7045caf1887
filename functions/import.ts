import { app } from "@azure/functions";
import { importItem } from "../shared/pipeline/import-item.ts";
import { ImportJob } from "../shared/pipeline/import-job.ts";
import { settle, settleUnknown } from "../shared/pipeline/settle.ts";
import { invoke } from "./invoke.ts";

app.storageQueue("import", {
  connection: "ArchiveStorage",
  queueName: "import-jobs",
  handler: (entry, context) =>
    invoke(context, async (archive) => {
      const job = ImportJob.safeParse(entry);
      // An entry that is no job is set aside unread: its own fields would override the host's count of tries.
      if (!job.success) return settleUnknown(entry, archive);
      const { connector, itemKey, runId, traceparent } = job.data;
      const of = { connector, itemKey, runId };
      return archive.telemetry.stage({ stage: "import", ...of, traceparent }, async () => {
        try {
          const { kind } = await importItem(job.data, archive);
          archive.log.info("item imported", { ...of, result: kind });
        } catch (error) {
          const tries = Number(context.triggerMetadata?.["dequeueCount"] ?? 1);
          await settle(error, { job: job.data, tries, at: archive.now() }, archive);
        }
      });
    }),
});
