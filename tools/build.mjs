// `npm run build`: compiles what an installation runs into dist/, with the files beside the code and the bundle of the
// workflows, so that its processes are `node dist/<process>.js`: no compiler at their start, and the signals are theirs.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = process.argv[2] ?? join(ROOT, 'dist');
/** Read by the code at run time from beside it. */
const BESIDE = ['db/migrations', 'process/workflow-thread.cjs'];

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', join(ROOT, 'tsconfig.build.json'), '--outDir', DIST], {
  stdio: 'inherit',
});
for (const path of BESIDE) cpSync(join(ROOT, path), join(DIST, path), { recursive: true });
cpSync(join(ROOT, 'package.json'), join(DIST, 'package.json'));
const { code } = await bundleWorkflowCode({ workflowsPath: join(DIST, 'workflows/index.js') });
writeFileSync(join(DIST, 'workflows.js'), code);
console.log(`${readdirSync(DIST).length} entries in ${DIST}; the bundle of the workflows has ${Math.round(code.length / 1024)} KiB`);
