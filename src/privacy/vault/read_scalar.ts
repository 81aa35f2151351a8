import type { Scalar } from "./vault_entry.ts";

/** A value again that was written down as a text with its type. */
export function readScalar(type: string, text: string): Scalar {
  switch (type) {
    case "number":
      return Number(text);
    case "bigint":
      return BigInt(text);
    case "boolean":
      return text === "true";
    default:
      return text;
  }
}
