import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Envelope } from "../../../shared/adapters/telemetry/scrub.ts";

/** A made-up resource of Application Insights. */
const INSTRUMENTATION_KEY = "11111111-2222-4333-8444-555555555555";
const CLIENT_ID = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const IDENTITY_TOKEN = "made-up-identity-token";
const IDENTITY_HEADER = "made-up-identity-header";

export interface Ingestion extends AsyncDisposable {
  /** What the app must be told to send here. */
  readonly env: Readonly<Record<string, string>>;
  /** What arrived, in order. */
  readonly envelopes: Envelope[];
  /** The requests' texts, as they came over the wire. */
  readonly bodies: string[];
  readonly authorizations: string[];
  /** For which audience and whose identity a token was asked. */
  readonly tokensAsked: { resource: string | null; clientId: string | null }[];
  /** From now on, requests get no answer. */
  fallSilent(): void;
}

/**
 * A stand-in for Application Insights' ingestion endpoint, over TLS with a
 * certificate made for the occasion, and for the managed identity beside it.
 */
export async function startIngestion(): Promise<Ingestion> {
  const folder = await mkdtemp(join(tmpdir(), "ingestion-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", cert, "-days", "1", "-subj", "/CN=ingestion"],
    ...["-addext", "subjectAltName=IP:127.0.0.1"],
  ]);

  const envelopes: Envelope[] = [];
  const bodies: string[] = [];
  const authorizations: string[] = [];
  const tokensAsked: Ingestion["tokensAsked"] = [];
  let isSilent = false;

  const tls = { key: await readFile(key), cert: await readFile(cert) };
  const endpoint = createServer(tls, async (request, response) => {
    const text = await bodyOf(request);
    if (isSilent) return;
    const sent: Envelope[] = JSON.parse(text);
    bodies.push(text);
    envelopes.push(...sent);
    authorizations.push(request.headers.authorization ?? "");
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ itemsReceived: sent.length, itemsAccepted: sent.length, errors: [] }),
    );
  });
  const identity = createHttpServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://identity");
    tokensAsked.push({
      resource: searchParams.get("resource"),
      clientId: searchParams.get("client_id"),
    });
    response.setHeader("content-type", "application/json");
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    response.end(JSON.stringify({ access_token: IDENTITY_TOKEN, expires_on, resource: "x" }));
  });
  const [endpointPort, identityPort] = [await listening(endpoint), await listening(identity)];

  return {
    env: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=https://127.0.0.1:${endpointPort}/`,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${CLIENT_ID};Authorization=AAD`,
      NODE_EXTRA_CA_CERTS: cert,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${identityPort}/msi/token`,
      IDENTITY_HEADER,
    },
    envelopes,
    bodies,
    authorizations,
    tokensAsked,
    fallSilent() {
      isSilent = true;
    },
    async [Symbol.asyncDispose]() {
      endpoint.closeAllConnections();
      await Promise.all([closed(endpoint), closed(identity)]);
      await rm(folder, { recursive: true });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
