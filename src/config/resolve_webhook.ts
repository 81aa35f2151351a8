import type { ApprovalsConfig } from "./approvals.ts";
import { invalidConfig } from "./invalid_config.ts";
import { resolveString } from "./resolve_references.ts";

/** Puts the secret in place that an approval's webhook is signed with. */
export async function resolveWebhook(
  approvals: ApprovalsConfig,
  { source, root }: { source: string; root: string },
): Promise<ApprovalsConfig> {
  if (approvals.webhook === undefined) return approvals;
  const place = { source, path: ["approvals", "webhook"] };
  const { url } = approvals.webhook;
  const secret = await resolveString(approvals.webhook.secret, { place, root });
  if (secret.length < 16) throw invalidConfig(place, "expected a secret of at least 16 characters");
  return { ...approvals, webhook: { url, secret } };
}
