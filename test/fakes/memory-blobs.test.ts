import { blobsContract } from "../contracts/blobs.contract.ts";
import { memoryBlobs } from "./memory-blobs.ts";

blobsContract("memory", async () => memoryBlobs());
