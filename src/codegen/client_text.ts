import template from "./client.ts" with { type: "text" };
import { banner } from "./banner.ts";

/** The text of `servers/client.ts`, which all wrappers import: `client.ts` as it is here. */
export function clientText(generator: string): string {
  return banner({ generator, from: [] }) + template;
}
