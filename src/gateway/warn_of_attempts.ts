import type { RunEvent } from "../model/run_request.ts";
import type { GatewayServices } from "./gateway_services.ts";

/** Passes a run's events on, and tells the host's operator of those that are attempts to escape. */
export function warnOfAttempts(
  warn: GatewayServices["warn"],
  tell: (event: RunEvent) => void = () => {},
): (event: RunEvent) => void {
  return (event) => {
    if (event.type === "escape_attempt") warn(`Refused: ${JSON.stringify(event.attempt)}`);
    tell(event);
  };
}
