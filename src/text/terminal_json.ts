// Characters that JSON allows in a string, and that a terminal obeys or shows as others.
const MISLEADING = /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu;

/** A value as JSON that is safe in a terminal: control characters are escaped as `\u001b`. */
export function terminalJson(value: unknown, indent?: number): string {
  return (JSON.stringify(value, null, indent) ?? "null").replaceAll(MISLEADING, escapeUnits);
}

function escapeUnits(sign: string): string {
  let escaped = "";
  for (let at = 0; at < sign.length; at++) {
    escaped += `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
