/**
 * Fetches the official Temporal CLI with the SDK's own cached download into the folder given as
 * the first argument; the version is the second. Runs as a process of its own: the SDK's runtime
 * takes over signals, and a download that stands still must be possible to end.
 */
import { Runtime } from '@temporalio/worker';

const [downloadDir, version] = process.argv.slice(2);
if (downloadDir === undefined || version === undefined) {
  throw new Error('usage: official-download <folder> <version>');
}

const runtime = Runtime.instance();
try {
  // The SDK offers the download only as a part of starting a server: this one is ended at once.
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir,
      version,
      ttl: 24 * 60 * 60 * 1000,
      sdkName: 'sdk-typescript',
      sdkVersion: '1.24.0',
    },
    ip: '127.0.0.1',
    port: null,
    ui: false,
    uiPort: null,
    namespace: 'default',
    dbFilename: null,
    log: { format: 'pretty', level: 'error' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
