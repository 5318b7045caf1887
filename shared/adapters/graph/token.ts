import {
  AuthenticationError,
  ClientCertificateCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { ConfigurationError } from "../../domain/errors.ts";
import { clouds, type GraphCloud, isLoopback, scopeOf } from "./clouds.ts";
import { GraphFailure } from "./graph-failure.ts";

/** A bearer token for Graph, kept and renewed as needed. */
export type Token = () => Promise<string>;

export interface TokenOptions {
  readonly cloud: GraphCloud;
  readonly baseUrl?: string;
  /** For a stand-in on this machine. */
  readonly staticToken?: string;
  /** Of the managed identity; with `certificatePath`, of the app registration. */
  readonly clientId?: string;
  readonly tenantId?: string;
  /** A PEM file with the certificate and its private key. */
  readonly certificatePath?: string;
}

/**
 * How the app signs in: a certificate when one is named (on a developer's
 * machine), else the managed identity.
 *
 * Throws `ConfigurationError` when the settings contradict each other. The token
 * function throws `GraphFailure`: with an `AADSTS…` code or `token` when sign-in
 * is refused, with `network` when nobody answered.
 */
export function graphToken(options: TokenOptions): Token {
  const { cloud, baseUrl, staticToken } = options;
  if (staticToken !== undefined) {
    if (!baseUrl || !isLoopback(baseUrl)) {
      throw new ConfigurationError([
        "GRAPH_STATIC_TOKEN is accepted only with a GRAPH_BASE_URL on loopback: remove it, the app signs in by its identity",
      ]);
    }
    return async () => staticToken;
  }
  const credential = credentialOf(options);
  const scope = scopeOf(cloud);
  return async () => {
    try {
      return (await credential.getToken(scope)).token;
    } catch (error) {
      throw signInFailure(error);
    }
  };
}

function credentialOf({ cloud, clientId, tenantId, certificatePath }: TokenOptions) {
  if (!certificatePath) {
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  }
  if (!clientId || !tenantId) {
    throw new ConfigurationError([
      "AZURE_CLIENT_CERTIFICATE_PATH needs AZURE_TENANT_ID and AZURE_CLIENT_ID beside it",
    ]);
  }
  const options = { authorityHost: clouds[cloud].authority };
  const credential: TokenCredential = new ClientCertificateCredential(
    tenantId,
    clientId,
    { certificatePath },
    options,
  );
  return { getToken: (scope: string) => required(credential.getToken(scope)) };
}

async function required<T>(token: Promise<T | null>): Promise<T> {
  const given = await token;
  if (!given) throw new GraphFailure({ status: 401, code: "token" });
  return given;
}

/** Only the code is kept: a sign-in error's message names the tenant and the app, and sometimes more. */
function signInFailure(error: unknown): GraphFailure {
  if (error instanceof GraphFailure) return error;
  const text = error instanceof Error ? error.message : "";
  const code = /AADSTS\d{1,9}/.exec(text)?.[0];
  if (code) return new GraphFailure({ status: 401, code });
  const isOutage =
    (error instanceof AuthenticationError && error.statusCode >= 500) ||
    /ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|network/i.test(text);
  return new GraphFailure(
    isOutage ? { status: 0, code: "network" } : { status: 401, code: "token" },
  );
}
