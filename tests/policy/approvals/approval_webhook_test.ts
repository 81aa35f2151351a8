import { assert, assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { createApprovalWebhook } from "../../../src/policy/approvals/approval_webhook.ts";
import type { Approval } from "../../../src/model/approval.ts";

const SECRET = "sixteen characters at least";

const APPROVAL: Approval = {
  approvalId: "apr_1",
  runId: "run_1",
  kind: "call",
  state: "waiting",
  programHash: "hash",
  createdAt: 0,
  expiresAt: 1_000,
  isRevoked: false,
  shown: {
    level: "high",
    findings: [{ message: "anna@example.com is in it" }],
    estimatedWrites: 2,
    tools: [{ server: "crm", tool: "send_email", effect: "writes" }],
    call: { server: "crm", tool: "send_email", arguments: '{"to":"anna@example.com"}' },
  },
};

Deno.test("createApprovalWebhook signs, tries again where it fails, and sends no value", async () => {
  const received: { body: string; signature: string }[] = [];
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const signature = request.headers.get("Airlock-Signature") ?? "";
      received.push({ body: await request.text(), signature });
      if (received.length === 2) resolve();
      return new Response(null, { status: received.length === 1 ? 503 : 204 });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await using webhook = createApprovalWebhook({ url, secret: SECRET, retryAfterMs: [1, 1] });
  webhook.send(APPROVAL);
  await arrived;
  const [{ body, signature }] = received as [{ body: string; signature: string }];
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature)!;
  assertEquals(hex, createHmac("sha256", SECRET).update(`${seconds}.${body}`).digest("hex"));
  assertEquals(JSON.parse(body).call, { server: "crm", tool: "send_email" });
  const impact = { reads: [], writes: ["crm.send_email"], destroys: [], sends: [] };
  assertEquals(JSON.parse(body).impact, { ...impact, reversible: "unknown" });
  assert(!body.includes("anna"));
});

Deno.test("createApprovalWebhook gives up after its tries, and at the end of its owner", async () => {
  let tries = 0;
  const { promise: twice, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    if (++tries === 2) resolve();
    return new Response(null, { status: 500 });
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  {
    await using webhook = createApprovalWebhook({
      url,
      secret: SECRET,
      retryAfterMs: [1, 1_000_000],
    });
    webhook.send(APPROVAL);
    await twice;
  }
  assertEquals(tries, 2);
});

Deno.test("createApprovalWebhook follows no redirect", async () => {
  const elsewhere: string[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    elsewhere.push(request.url);
    return new Response();
  });
  let tries = 0;
  const { promise: twice, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    if (++tries === 2) resolve();
    return Response.redirect(`http://127.0.0.1:${other.addr.port}/`, 307);
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await using webhook = createApprovalWebhook({ url, secret: SECRET, retryAfterMs: [1] });
  webhook.send(APPROVAL);
  await twice;
  await webhook[Symbol.asyncDispose]();
  assertEquals(elsewhere, []);
});

Deno.test("createApprovalWebhook has a bounded number of posts under way", async () => {
  const requests: Request[] = [];
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: full, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      if (requests.push(request) === 100) resolve();
      await answered;
      return new Response();
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await using webhook = createApprovalWebhook({ url, secret: SECRET });
  for (let sent = 0; sent < 150; sent++) webhook.send(APPROVAL);
  await full;
  answer();
  await webhook[Symbol.asyncDispose]();
  assertEquals(requests.length, 100);
});
