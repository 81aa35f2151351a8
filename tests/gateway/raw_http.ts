/** Sends bytes as they are to a port, and gives the status of each answer until the connection ends. */
export async function sendRaw(url: string, request: string): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  try {
    await writeAll(connection, new TextEncoder().encode(request));
    const answers = await new Response(connection.readable).text();
    return [...answers.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => status!);
  } finally {
    try {
      connection.close();
    } catch {
      // Read to its end, it is closed.
    }
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) {
      written += await connection.write(bytes.subarray(written));
    }
  } catch {
    // The other side has heard enough.
  }
}
