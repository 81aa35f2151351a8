import { isJsonObject, ownValue } from "../../text/json_value.ts";

/** What a JSON pointer (RFC 6901, no `%` left) leads to; `undefined` where there is no such place. */
export function pointerValue(root: unknown, pointer: string): unknown {
  let value = root;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    else if (isJsonObject(value)) value = ownValue(value, key);
    else return undefined;
  }
  return value;
}
