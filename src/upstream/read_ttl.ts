/** How long a server says that an answer is good, in milliseconds; undefined where it does not. */
export function readTtl(result: unknown): number | undefined {
  const { ttlMs, _meta } = (result ?? {}) as {
    ttlMs?: unknown;
    _meta?: { ttlMs?: unknown } | null;
  };
  const said = ttlMs ?? _meta?.ttlMs;
  return typeof said === "number" && said >= 0 ? said : undefined;
}
