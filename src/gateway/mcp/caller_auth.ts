import type { AuthInfo } from "@modelcontextprotocol/server";
import { PERMISSION_LEVELS, type Principal } from "../../model/permission.ts";

/** Whoever may start the process that speaks over standard input may start the runtime. */
const OWNER: Principal = { name: "owner", permission: "full" };

/** Who is calling, in the form that the library hands on with a request; the token stays behind. */
export function toAuthInfo({ name, permission }: Principal): AuthInfo {
  return { token: "", clientId: name, scopes: [permission] };
}

/** Who is calling, read from what came with a request; over standard input, the owner. */
export function callerOf(http: { readonly authInfo?: AuthInfo } | undefined): Principal {
  if (http === undefined) return OWNER;
  const { clientId = "", scopes = [] } = http.authInfo ?? {};
  // A request of nobody may do the least there is.
  const permission = PERMISSION_LEVELS.find((level) => scopes.includes(level)) ?? "read_only";
  return { name: clientId, permission };
}
