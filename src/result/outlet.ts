import type { RunDoor } from "../privacy/run_door.ts";

/**
 * The one way by which what a run says leaves it: to the model, to a log, to an event. What has gone
 * through holds no path of the host and no personal data.
 */
export interface Outlet {
  /** A text: a line of the log, a message, a file's name. */
  text(text: string): Promise<string>;
  /** A value, given as JSON. */
  value(json: string): Promise<unknown>;
}

/** Options of {@linkcode createOutlet}. */
export interface CreateOutletOptions {
  readonly door: RunDoor;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Makes the outlet of a run. */
export function createOutlet({ door, hidePaths }: CreateOutletOptions): Outlet {
  return {
    text: (text) => door.say(hidePaths(text)),
    value: (json) => door.sayValue(JSON.parse(hidePaths(json))),
  };
}
