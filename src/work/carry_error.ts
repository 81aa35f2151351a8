import { AirlockError, type ErrorCode } from "../model/errors.ts";
import type { ErrorBody } from "./work_frames.ts";

/** Makes of an error what can cross to another process. */
export function packError(error: unknown): ErrorBody {
  if (!(error instanceof AirlockError)) return { message: String(error) };
  const { code, message, hint, position } = error;
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(position === undefined ? {} : { position }),
  };
}

/** Makes the error again that was packed elsewhere. */
export function unpackError({ code = "INTERNAL", message, ...rest }: ErrorBody): AirlockError {
  return new AirlockError(code as ErrorCode, message, rest);
}
