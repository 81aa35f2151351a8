import type { Message } from "./channel.ts";

/** JSON-RPC's "Internal error". */
const INTERNAL_ERROR = -32_603;

/**
 * Reads the messages out of a parsed line: one, or several where a server batches. What a server
 * sent beside the protocol is put right or left out, so that none of it can stall a call.
 */
export function readMessages(json: unknown): readonly Message[] {
  return (Array.isArray(json) ? json : [json]).flatMap(readMessage);
}

function readMessage(json: unknown): readonly Message[] {
  if (!isObject(json) || json.jsonrpc !== "2.0") return [];
  const { id, method, params, result, error } = json;
  const hasId = typeof id === "number" || typeof id === "string";
  if (typeof method === "string") {
    return [{
      jsonrpc: "2.0",
      ...(hasId && { id }),
      method,
      ...(isObject(params) && { params }),
    }];
  }
  if (!hasId) return [];
  if (isObject(result)) return [{ jsonrpc: "2.0", id, result }];
  return [{ jsonrpc: "2.0", id, error: readError(error) }];
}

function readError(error: unknown): Message {
  const { code, message } = isObject(error) ? error : {};
  return {
    code: Number.isSafeInteger(code) ? code : INTERNAL_ERROR,
    message: typeof message === "string" && message !== ""
      ? message
      : "The server's answer is neither a result nor an error",
  };
}

function isObject(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
