/** Everything that the worker bundles for the sandbox. */
export { caseWorkflow } from './case/case-workflow.js';
export { centerWorkflow } from './center/center-workflow.js';
export { lawAdoptionWorkflow } from './law-adoption/law-adoption-workflow.js';
