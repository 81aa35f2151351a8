// @ts-ignore: installed beside this file when it runs
import { build } from "esbuild";
// @ts-ignore: installed beside this file when it runs
import { Miniflare } from "miniflare";
import { fileURLToPath } from "node:url";
import { timePrograms } from "./time_programs.mjs";

const PROGRAMS = {
  trivial: "async () => 1 + 1",
  "one call": "async () => await codemode.echo({ n: 1 })",
  "50 parallel calls": `async () =>
    (await Promise.all(Array.from({ length: 50 }, (_, n) => codemode.echo({ n })))).length`,
};

await timePrograms(async (echo) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./cloudflare_worker.mjs", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    external: ["cloudflare:*", "node:*"],
  });
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }],
    compatibilityDate: "2026-07-01",
    compatibilityFlags: ["nodejs_compat"],
    workerLoaders: { LOADER: {} },
    serviceBindings: {
      async TOOLS(request) {
        return Response.json(await echo(await request.json()));
      },
    },
  });
  await miniflare.ready;
  return async (name) => {
    const response = await miniflare.dispatchFetch("http://bench/", {
      method: "POST",
      body: PROGRAMS[name],
    });
    const { result, error } = await response.json();
    if (error) throw new Error(error);
    return result;
  };
});
