/** Builds the workflow bundle beforehand: `tsx tools/bundle-workflows.ts FILE`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const target = process.argv[2];
if (target === undefined) {
  console.error('Name the file to write: tsx tools/bundle-workflows.ts dist/workflows.js');
  process.exit(1);
}
const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) });
await mkdir(dirname(target), { recursive: true });
await writeFile(target, code);
console.log(`workflow bundle: ${target} (${Math.round(code.length / 1024)} KiB)`);
