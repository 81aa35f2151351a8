import { AirlockError } from "../model/errors.ts";

/** Where in which configuration something is. */
export interface ConfigPlace {
  /** What errors call the configuration. */
  readonly source: string;
  /** Keys from the top. */
  readonly path: readonly PropertyKey[];
}

/** What is thrown for a configuration that says what cannot be. */
export function invalidConfig(place: ConfigPlace, problem: string, cause?: unknown): AirlockError {
  const path = place.path.map(String).join(".");
  return new AirlockError(
    "CONFIG_INVALID",
    `Cannot read config: ${place.source}${path && `, "${path}"`}: ${problem}`,
    { cause },
  );
}
