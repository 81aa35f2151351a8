import { describeNames, nearestNames } from "../discovery/nearest_names.ts";

const MAX_NEAR = 3;
const MAX_LISTED = 20;

/** The names that an unknown one was probably meant to be, nearest first. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const same = names.find((each) => lettersOf(each) === lettersOf(name));
  if (same !== undefined) return [same];
  const tools = names.map((tool) => ({ server: "", tool }));
  return nearestNames(name, describeNames([], tools), MAX_NEAR).tools.map(({ tool }) => tool);
}

/** One line: what an unknown name was probably meant to be, else what names there are. */
export function suggestNames(name: string, names: readonly string[]): string {
  const near = nearNames(name, names).map((each) => `"${each}"`);
  if (near.length > 0) {
    const last = near.pop();
    return `Did you mean ${near.length === 0 ? last : `${near.join(", ")} or ${last}`}?`;
  }
  if (names.length === 0) return "There are none";
  const more = names.length > MAX_LISTED ? ", …" : "";
  return `There are ${names.slice(0, MAX_LISTED).join(", ")}${more}`;
}

/** `getLead`, `get_lead` and `get-lead` are written with the same letters. */
function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
