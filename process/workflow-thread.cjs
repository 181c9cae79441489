/**
 * The thread that runs workflow code: the SDK's own, without its hook on promises. The hook captures a stack for every
 * promise, to answer the query `__stack_trace`; that costs more than the workflows themselves. Everything else stays,
 * traces of errors through the source map included. Errors here reach the start of the worker, which then fails.
 */
const { globalHandlers } = require('@temporalio/worker/lib/workflow/vm-shared');

if (typeof globalHandlers?.setPromiseHook !== 'function' || globalHandlers.promiseHookInstalled) {
  throw new Error('The sandbox of @temporalio/worker sets its promise hook in another way than process/workflow-thread.cjs knows.');
}
globalHandlers.setPromiseHook = () => {};
module.exports = require('@temporalio/worker/lib/workflow/workflow-worker-thread');
