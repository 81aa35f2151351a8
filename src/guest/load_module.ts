import { refusal } from "./errors.ts";

/**
 * Makes the `import()` of a program: it loads what the program's text names, and nothing that is named
 * only while it runs, for that is in no permission.
 */
export function createLoader(
  table: Record<string, () => Promise<unknown>>,
): (specifier: unknown) => Promise<unknown> {
  const loads = new Map(Object.entries(table));
  return async (specifier) => {
    const key = keyOf(String(specifier));
    const load = loads.get(key) ?? loads.get(`node:${key}`);
    if (load !== undefined) return await load();
    throw refusal(
      "IMPORT_REFUSED",
      "Cannot load module: import() takes what the program also names as a plain string",
    );
  };
}

function keyOf(specifier: string): string {
  return specifier.replace(/^\.\//, "").replace(/\.ts$/, "").replace(/\/(index|skill)?$/, "");
}
