import { startGateway } from "../gateway/start_gateway.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { defineCommand, findConfig, main, readWhole } from "./command_line.ts";
import { outliveFaults, waitForSignal, warnOfOriginals } from "./host_process.ts";

const command = defineCommand({
  verb: "serve",
  options: { host: "127.0.0.1", port: "7420", config: "FILE" },
  forms: {
    async "[--host] [--port]"(_words, { host, port: portText, config: file }) {
      const port = readWhole("--port", portText, { least: 0, most: 65_535 });
      const config = await findConfig(file);
      const stopped = waitForSignal();
      await using runtime = await createRuntime(config);
      const gateway = await startGateway(runtime, {
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
      });
      for (const warning of warnOfOriginals(config.audit)) console.error(warning);
      console.log(`Airlock listens on ${gateway.url} (token: ${gateway.tokenPath})`);
      await stopped;
      await gateway.stop();
      return 0;
    },
  },
});

if (import.meta.main) {
  outliveFaults();
  await main(command, "at once");
}
