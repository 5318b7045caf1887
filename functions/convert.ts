import { app } from "@azure/functions";
import { convertReceipt } from "../shared/pipeline/convert-receipt.ts";
import { triggerSettings } from "../shared/settings.ts";
import { invoke } from "./invoke.ts";

app.storageBlob("convert", {
  connection: "ArchiveStorage",
  path: "receipts/{name}",
  source: triggerSettings().blobSource,
  handler: (blob, context) =>
    invoke(context, async (archive) => {
      // Not the path parameter: the host makes a number of a name that looks like one.
      const trigger = String(context.triggerMetadata?.["blobTrigger"] ?? "");
      await convertReceipt(trigger, blob as Uint8Array, archive);
    }),
});
