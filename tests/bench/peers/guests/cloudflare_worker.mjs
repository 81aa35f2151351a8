// @ts-ignore: installed beside this file when it runs
import { DynamicWorkerExecutor } from "@cloudflare/codemode";

export default {
  async fetch(request, { LOADER, TOOLS }) {
    const executor = new DynamicWorkerExecutor({ loader: LOADER });
    const echo = async (args) => {
      const response = await TOOLS.fetch("http://tools/", {
        method: "POST",
        body: JSON.stringify(args),
      });
      return await response.json();
    };
    const providers = [{ name: "codemode", fns: { echo } }];
    return Response.json(await executor.execute(await request.text(), providers));
  },
};
