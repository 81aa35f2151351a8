import type { SingleCall } from "../program/read_single_call.ts";
import { encodeBody } from "../model/frames.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/**
 * Up to where one call is worth making without a worker, as `deno task bench` and
 * `deno task bench:tokens` measure it ("one call, by its answer", "where the two cross").
 */
export const CLASSIC_BOUNDS = {
  /**
   * Of arguments and of the answer: up to it, a call without a worker takes less than two thirds of
   * the time; from four times as much on, nothing is gained any more.
   */
  bytes: 64 * 1024,
  /**
   * Of the definitions of all tools: above it, a model that made the call itself would have read more
   * than it reads to have a program make it.
   */
  definitionModelTokens: 1_000,
} as const;

/** How an admitted program is carried out, and why so. */
export type ChosenMode =
  | { readonly mode: "classic"; readonly reason: string; readonly call: SingleCall }
  | { readonly mode: "program"; readonly reason: string };

/** What is known of tools. */
export type KnownTools = Pick<ToolCatalogue, "definitionModelTokens" | "expectedBytes">;

/** Chooses for a request that leaves it to the host: a rule of what was measured, and no guess. */
export async function chooseMode(
  { singleCall: call }: { readonly singleCall?: SingleCall | undefined },
  tools: KnownTools,
): Promise<ChosenMode> {
  if (call === undefined) return inProgram("it is more than one call with plain arguments");
  const { server, tool } = call;
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  if (encodeBody(call.arguments).length > bytes) return inProgram("its arguments are large");
  const expected = await tools.expectedBytes({ server, tool });
  if (expected === undefined) return inProgram("nobody knows how large the answer will be");
  if (expected > bytes) return inProgram(`the answer may have ${expected} bytes`);
  const definitions = await tools.definitionModelTokens();
  if (definitions > definitionModelTokens) {
    return inProgram(`the tools' definitions have ${definitions} model tokens`);
  }
  const reason = `one call, an answer of at most ${expected} bytes expected, ` +
    `definitions of ${definitions} model tokens`;
  return { mode: "classic", reason, call };
}

function inProgram(reason: string): ChosenMode {
  return { mode: "program", reason };
}
