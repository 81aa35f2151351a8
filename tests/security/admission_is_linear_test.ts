import { assertEquals } from "@std/assert";

/** All stages, and larger texts, are measured by AIRLOCK_GROWTH_BYTES=125000,1000000. */
const SIZES = (Deno.env.get("AIRLOCK_GROWTH_BYTES") ?? "31250,125000").split(",");
const MOST = 1.15;

Deno.test("reading and linking the worst text of each stage takes CPU time in proportion to its length", async () => {
  const script = new URL("../fixtures/measure_admission.ts", import.meta.url).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--frozen", "--quiet", script, ...SIZES],
    stderr: "inherit",
  }).output();
  const exponents = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, number>;
  const above = Object.entries(exponents).filter(([, exponent]) => exponent > MOST);
  assertEquals([success, above], [true, []]);
});
