import type { z } from "zod";
import { type FieldError, HttpError } from "./http_error.ts";

const MAX_ERRORS = 10;
const MAX_FIELD_LENGTH = 100;
const MAX_DETAIL_LENGTH = 200;

/** What a validator calls the parts of a request, and what we call them. */
const PARTS: Readonly<Record<string, FieldError["in"]>> = {
  json: "body",
  query: "query",
  param: "path",
  header: "header",
};

/** Says what is wrong in a request, in a few bounded sentences. */
export function explainInvalidRequest(target: string, { issues }: z.core.$ZodError): HttpError {
  const part = PARTS[target] ?? "body";
  const errors = issues.slice(0, MAX_ERRORS).map((issue) => explain(issue, part));
  const [first] = errors;
  const at = first?.field ? `${part}, "${first.field}"` : part;
  return new HttpError("REQUEST_INVALID", `Cannot read request: ${at}: ${first?.detail}`, {
    errors,
  });
}

function explain(issue: z.core.$ZodIssue, part: FieldError["in"]): FieldError {
  const detail = issue.message.replace(/^Invalid input: /, "");
  return {
    in: part,
    field: cut(issue.path.map(String).join("."), MAX_FIELD_LENGTH),
    detail: cut(detail.charAt(0).toLowerCase() + detail.slice(1), MAX_DETAIL_LENGTH),
  };
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;
}
