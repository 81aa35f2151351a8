// What JSON lets stand in a string though a terminal obeys it or shows other words for it.
const MISLEADING = /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu;

/** A value as JSON that a terminal can be given: all that it would obey stands as `\u001b` does. */
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
