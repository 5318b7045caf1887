import { AzureCliCredential, InteractiveBrowserCredential } from "@azure/identity";
import { CommandError, exitCodes } from "./io.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface SignInOptions {
  readonly url: URL;
  /** Client id of the operators' registration. */
  readonly appId?: string | undefined;
  readonly tenant?: string | undefined;
  /** A browser instead of the Azure CLI's sign-in. */
  readonly browser: boolean;
  /** A token got elsewhere: `ARCHIVER_TOKEN`. */
  readonly token?: string | undefined;
}

/**
 * The caller's own token for the app; none for an app on this machine, where nobody
 * signs in.
 *
 * The audience is never taken from the server's answer: a server that named another
 * app's would be handed a token to that one.
 */
export async function tokenFor(options: SignInOptions): Promise<string | undefined> {
  const { url, appId, tenant, browser, token } = options;
  if (LOOPBACK.test(url.hostname)) return undefined;
  if (url.protocol !== "https:") {
    throw new CommandError(exitCodes.usage, `${url.origin}: only https, except on this machine`);
  }
  if (token) return token;
  if (!appId) {
    throw new CommandError(
      exitCodes.usage,
      "Name the operators' registration: --app-id, or ARCHIVER_APP_ID (register-operators-app.sh prints it).",
    );
  }
  const tenantId = tenant === undefined ? {} : { tenantId: tenant };
  const credential = browser
    ? new InteractiveBrowserCredential(tenantId)
    : new AzureCliCredential(tenantId);
  try {
    return (await credential.getToken(`api://${appId}/.default`)).token;
  } catch (error) {
    const how = browser ? "the browser's sign-in" : "`az login`";
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "";
    throw new CommandError(exitCodes.refused, `No token by ${how}: ${reason}`);
  }
}
