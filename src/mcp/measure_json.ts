/** Size of a JSON value. */
export interface JsonSize {
  /** About the length of its text; exact enough for a limit. */
  readonly chars: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
}

/** Options of {@linkcode measureJson}. */
export interface MeasureJsonOptions {
  /** Stop counting above this. */
  readonly maxChars: number;
}

/** Measures a parsed JSON value without recursion, so that no nesting can exhaust the stack. */
export function measureJson(value: unknown, { maxChars }: MeasureJsonOptions): JsonSize {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  let chars = 0;
  let deepest = 0;
  for (let item = open.pop(); item !== undefined && chars <= maxChars; item = open.pop()) {
    const { value, depth } = item;
    if (typeof value === "string") chars += value.length + 2;
    else if (typeof value !== "object" || value === null) chars += 5;
    else {
      deepest = Math.max(deepest, depth);
      chars += 2;
      for (const [key, child] of Object.entries(value)) {
        chars += Array.isArray(value) ? 1 : key.length + 4;
        open.push({ value: child, depth: depth + 1 });
      }
    }
  }
  return { chars, depth: deepest };
}
