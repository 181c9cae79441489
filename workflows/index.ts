/** Everything that the worker bundles for the sandbox. */
export { caseWorkflow } from './case/case-workflow.js';
