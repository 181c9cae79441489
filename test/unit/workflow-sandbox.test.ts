import { describe, expect, it } from 'vitest';
import { Silence, assertKnownSdk } from '../../process/workflow-sandbox.js';

describe('the sandbox of workflows', () => {
  it('refuses a version of the SDK whose inside it was not read against', () => {
    expect(() => assertKnownSdk('1.24.0')).not.toThrow();
    expect(() => assertKnownSdk('1.24.1')).toThrow('@temporalio/worker is 1.24.1, but process/workflow-sandbox.ts knows the inside of 1.24.0 only');
  });
});

describe('the silence of a thread', () => {
  it('grows only while it owes answers and gives none', () => {
    const silence = new Silence();
    expect([silence.look(1, 0), silence.look(1, 0), silence.look(2, 0)]).toEqual([250, 500, 750]);
    expect(silence.look(2, 1), 'one of two was answered').toBe(0);
    expect(silence.look(1, 1)).toBe(250);
    expect(silence.look(0, 2), 'nothing is owed').toBe(0);
    expect(silence.look(0, 2)).toBe(0);
  });
});
