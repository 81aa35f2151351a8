import { createHash } from "node:crypto";
import type { z } from "zod";
import type { gatewaySection, PrincipalConfig } from "./gateway.ts";
import { invalidConfig } from "./invalid_config.ts";
import { resolveString } from "./resolve_references.ts";

/** No token, not even one of a reference, stays in the configuration: only its digest. */
export async function readPrincipals(
  principals: z.output<typeof gatewaySection>["principals"],
  { source, root }: { source: string; root: string },
): Promise<Record<string, PrincipalConfig>> {
  const entries = Object.entries(principals).map(async ([name, entry]) => {
    const { token, tokenSha256, permission } = entry;
    const place = { source, path: ["gateway", "principals", name, "token"] };
    if (tokenSha256 !== undefined) return [name, { tokenSha256, permission }] as const;
    const secret = await resolveString(token!, { place, root });
    if (!TOKEN.test(secret)) {
      throw invalidConfig(place, "expected 32 to 512 characters that a header can carry");
    }
    const digest = createHash("sha256").update(secret).digest("hex");
    return [name, { tokenSha256: digest, permission }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a header can carry (RFC 6750), and long enough that nobody guesses it. */
const TOKEN = /^[A-Za-z0-9._~+/-]{32,512}=*$/;
