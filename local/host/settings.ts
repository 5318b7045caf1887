/** The app's settings, as the host and the app process see them. */
export type Settings = Readonly<Record<string, string>>;

/** Without these a child process finds no programs, temporary folder, sockets or certificates. */
const PLATFORM = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "NODE_EXTRA_CA_CERTS"];

/**
 * The environment of the app process: the settings given, what the platform needs, and what the
 * Functions host itself sets. Nothing else of the caller's environment gets in.
 */
export function appEnvironment(
  settings: Settings,
  host: { appRoot: string; hostname: string; platform: NodeJS.ProcessEnv },
): Record<string, string> {
  const platform = PLATFORM.flatMap((name) => {
    const value = host.platform[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(platform),
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
    AzureWebJobsScriptRoot: host.appRoot,
    FUNCTIONS_WORKER_RUNTIME: "node",
    WEBSITE_HOSTNAME: host.hostname,
    ...settings,
  };
}

/**
 * `%NAME%` in a binding replaced by the setting of that name.
 *
 * Throws with the setting's name and `where` it is asked for: a schedule taken as it stands would
 * be refused as a cron expression, which says nothing of the missing setting.
 */
export function resolveSettings(text: string, settings: Settings, where: string): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) {
      throw new Error(`${where} asks for the setting ${name}, which is not set.`);
    }
    return value;
  });
}
