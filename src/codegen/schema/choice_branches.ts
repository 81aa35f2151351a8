import { isJsonObject } from "../../text/json_value.ts";

/** More branches are not compared with each other. */
const MAX_COMPARED_BRANCHES = 16;

/**
 * A branch of `oneOf` that only asks for properties, without those that would make another such
 * branch fit as well.
 */
export function lackingOthers(
  branch: unknown,
  place: number,
  branches: readonly unknown[],
): unknown {
  const own = onlyRequired(branch);
  if (!own || branches.length > MAX_COMPARED_BRANCHES) return branch;
  const lacking = branches
    .filter((_, other) => other !== place)
    .map((other) => onlyRequired(other)?.filter((name) => !own.includes(name)) ?? [])
    // Of several names that another branch asks for, it would be enough to lack one.
    .filter((names) => names.length === 1);
  if (lacking.length === 0) return branch;
  return {
    required: own,
    properties: Object.fromEntries(lacking.map(([name]) => [name, false])),
  };
}

/** The two ways in which a property and what it depends on can go together. */
export function absentOrWith(name: string, needs: unknown): unknown[] {
  const absent = { properties: Object.fromEntries([[name, false]]) };
  if (Array.isArray(needs)) {
    const names = needs.filter((need) => typeof need === "string");
    return [absent, { required: [name, ...names] }];
  }
  return [absent, { required: [name], allOf: [needs] }];
}

function onlyRequired(branch: unknown): string[] | undefined {
  if (!isJsonObject(branch) || !Array.isArray(branch.required)) return undefined;
  const said = Object.keys(branch).filter((key) => !SAYING_NOTHING_MORE.has(key));
  return said.length === 0 ? branch.required.filter((name) => typeof name === "string") : undefined;
}

const SAYING_NOTHING_MORE = new Set(["required", "title", "description", "type"]);
