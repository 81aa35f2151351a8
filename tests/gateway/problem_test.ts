import { assertEquals } from "@std/assert";
import { HTTPException } from "hono/http-exception";
import { AirlockError, ERROR_CODES } from "../../src/model/errors.ts";
import { HttpError, toRefusal, toResponse } from "../../src/gateway/problem.ts";

Deno.test("toRefusal() gives the caller the code, its status and whether to retry", () => {
  for (const code of ERROR_CODES) {
    const error = new AirlockError(code, "Cannot do: it is so");
    const { problem } = toRefusal(error);
    assertEquals(
      [problem.code, problem.status, problem.retry],
      [code, error.status, error.retry],
    );
  }
});

Deno.test("toRefusal() withholds the messages that are for the operator", () => {
  for (const code of ["INTERNAL", "CONFIG_INVALID", "WORKER_UNAVAILABLE"] as const) {
    const message = 'Cannot start worker: "deno" was not found at /root/bin';
    const refusal = toRefusal(new AirlockError(code, message, { hint: "see /root/bin" }));
    assertEquals(refusal.withheld, true);
    assertEquals(JSON.stringify(refusal.problem).includes("/root"), false, code);
  }
});

Deno.test("toRefusal() shows nothing of a foreign error", () => {
  const thrown = [new TypeError("/root"), "/root", undefined, { message: "/root" }];
  for (const error of [...thrown, new HTTPException(418, { message: "/root" })]) {
    const { problem, withheld } = toRefusal(error);
    assertEquals([problem.code, problem.status, withheld], ["INTERNAL", 500, true]);
    assertEquals(JSON.stringify(problem).includes("/root"), false);
  }
});

Deno.test("toRefusal() never shows the cause of an error", () => {
  const cause = new Error("the password is swordfish");
  const refusal = toRefusal(new AirlockError("NOT_FOUND", "Cannot find run: none", { cause }));
  assertEquals(JSON.stringify(refusal).includes("swordfish"), false);
  assertEquals(refusal.problem.detail, "Cannot find run: none");
});

Deno.test("toResponse() sets type, status and headers of a problem", async () => {
  const error = new HttpError("REQUEST_INVALID", "Cannot read request: it is so", {
    status: 415,
    headers: { "Accept": "application/json" },
    hint: "Send JSON",
    errors: [{ in: "body", field: "code", detail: "expected string" }],
  });
  const response = toResponse(toRefusal(error));
  assertEquals(response.status, 415);
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  assertEquals(response.headers.get("accept"), "application/json");
  assertEquals(await response.json(), {
    type: "about:blank",
    title: "Unsupported Media Type",
    status: 415,
    detail: "Cannot read request: it is so",
    code: "REQUEST_INVALID",
    retry: false,
    hint: "Send JSON",
    errors: [{ in: "body", field: "code", detail: "expected string" }],
  });
});
