import type { PrivacySettings } from "../model/privacy_settings.ts";

/** Whether any program holds real values: they are masked only as they leave. */
export function hasBoundary(settings: Pick<PrivacySettings, "residency" | "servers">): boolean {
  const servers = Object.values(settings.servers);
  const tools = servers.flatMap(({ tools }) => Object.values(tools));
  return [settings, ...servers, ...tools].some(({ residency }) => residency === "boundary");
}
