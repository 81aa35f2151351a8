import { assertEquals } from "@std/assert";
import { readLcov, share } from "../coverage/lines.ts";

Deno.test("readLcov() and share() count the lines that were run", () => {
  const files = readLcov(
    "SF:/a.ts\nDA:1,1\nDA:2,0\nend_of_record\nSF:/b.ts\nDA:1,7\nDA:9,2\nend_of_record\n",
  );
  assertEquals(files, [{ path: "/a.ts", found: 2, hit: 1 }, { path: "/b.ts", found: 2, hit: 2 }]);
  assertEquals([share(files), share([])], [75, 0]);
});
