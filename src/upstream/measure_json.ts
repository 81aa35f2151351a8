/** Size of a JSON value. */
export interface JsonSize {
  /** About the length of its text; exact enough for a limit. */
  readonly chars: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Values of every type. */
  readonly values: number;
}

/** Options of {@linkcode measureJson}. */
export interface MeasureJsonOptions {
  /** Stop counting above this. Default: never. */
  readonly maxChars?: number;
  /** Stop counting above this. Default: never. */
  readonly maxValues?: number;
}

/** Measures a parsed JSON value without recursion, so that no nesting can exhaust the stack. */
export function measureJson(
  value: unknown,
  { maxChars = Infinity, maxValues = Infinity }: MeasureJsonOptions,
): JsonSize {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  let [chars, deepest, values] = [0, 0, 1];
  for (
    let item = open.pop();
    item !== undefined && chars <= maxChars && values <= maxValues;
    item = open.pop()
  ) {
    const { value, depth } = item;
    if (typeof value === "string") chars += value.length + 2;
    else if (typeof value !== "object" || value === null) chars += 5;
    else {
      deepest = Math.max(deepest, depth);
      chars += 2;
      const names = Array.isArray(value) ? undefined : Object.keys(value);
      const count = names?.length ?? (value as unknown[]).length;
      values += count;
      if (values > maxValues) break;
      for (let place = 0; place < count; place++) {
        const name = names?.[place];
        chars += name === undefined ? 1 : name.length + 4;
        const child = (value as Record<string | number, unknown>)[name ?? place];
        open.push({ value: child, depth: depth + 1 });
      }
    }
  }
  return { chars, depth: deepest, values };
}
