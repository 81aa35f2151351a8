import { timingSafeEqual } from "node:crypto";
import type { GatewayConfig } from "../config/gateway.ts";
import { OWNER_NAME, type Principal } from "../model/permission.ts";
import { sha256Bytes } from "../text/sha256.ts";

/** Whoever has the token that the gateway made for itself. */
const OWNER: Principal = { name: OWNER_NAME, permission: "full" };

/** Tells who is calling by the token; undefined for a token that nobody has. */
export type FindPrincipal = (token: string) => Principal | undefined;

/** Makes the table of tokens: the gateway's own, and those of the configured principals. */
export function createPrincipalTokens(
  ownToken: string,
  { principals }: Pick<GatewayConfig, "principals">,
): FindPrincipal {
  const known = [
    { digest: digest(ownToken), principal: OWNER },
    ...Object.entries(principals).map(([name, { tokenSha256, permission }]) => ({
      digest: Uint8Array.fromHex(tokenSha256),
      principal: { name, permission },
    })),
  ];
  return (token) => {
    const given = digest(token);
    // All are compared, whole: the time that it takes says nothing of any token.
    return known.filter(({ digest }) => timingSafeEqual(digest, given))[0]?.principal;
  };
}

function digest(text: string): Uint8Array {
  return sha256Bytes(text);
}
