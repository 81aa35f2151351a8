import type { RunDoor } from "../privacy/run_door.ts";
import { hideInSlices } from "./hide_in_slices.ts";

/**
 * The one way by which what a run says leaves it: to the model, to a log, to an event. What has gone
 * through holds no path of the host and no personal data.
 */
export interface Outlet {
  /** A text: a line of the log, a message, a file's name. */
  text(text: string): Promise<string>;
  /** A value, given and returned as JSON. */
  json(json: string): Promise<string>;
}

/** Options of {@linkcode createOutlet}. */
export interface CreateOutletOptions {
  readonly door: RunDoor;
  /** Whose turns the work takes. */
  readonly principal: string;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Makes the outlet of a run. */
export function createOutlet({ door, principal, hidePaths }: CreateOutletOptions): Outlet {
  return {
    text: (text) => door.say(hidePaths(text)),
    json: async (json) => door.sayJson(await hideInSlices(json, { hidePaths, principal })),
  };
}
