import { blobsContract } from "../contracts/blobs.contract.ts";
import { storedFilesContract } from "../contracts/stored-files.contract.ts";
import { memoryBlobs } from "./memory-blobs.ts";

blobsContract("memory", async () => memoryBlobs());
storedFilesContract("memory", async () => memoryBlobs().files);
