/** Makes an error of `Base` with a code of Node's. */
export function codedError<T extends Error>(
  Base: new (message: string) => T,
  code: string,
  message: string,
): T & { code: string } {
  return Object.assign(new Base(message), { code });
}

/** Makes the error of an argument that is of another type. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return codedError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The "${name}" argument must be ${expected}. Received ${kindOf(value)}`,
  );
}

/** Makes the error of an argument that lies outside of what it may be. */
export function outOfRange(name: string, range: string, value: unknown): RangeError {
  return codedError(
    RangeError,
    "ERR_OUT_OF_RANGE",
    `The value of "${name}" is out of range. It must be ${range}. Received ${String(value)}`,
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value !== "object") return `type ${typeof value} (${String(value)})`;
  return `an instance of ${value.constructor?.name ?? "Object"}`;
}
