/**
 * Erasures outside of the database: a file each, signed, beside the anchors. A database that is restored to an earlier moment has the
 * people again who were erased since, and its own journal knows nothing of it: these files do.
 */
import type { ErasureAct } from './acts.js';
import type { Proof, ProofReader } from './proof.js';

export interface ErasureFile {
  /** Of the erasure. */
  id: string;
  text: string;
}

export interface ErasureFault {
  /** Of the file. */
  id: string;
  code: 'erasure_broken' | 'erasure_unproven';
  fault: string;
}

export function erasureText(proof: Proof, act: ErasureAct): string {
  return `${JSON.stringify({ erasure: act, jws: proof.sign(act) })}\n`;
}

/** What the files say; one that is not as it was written says nothing. */
export function readErasures(files: readonly ErasureFile[], proof: ProofReader): { acts: ErasureAct[]; faults: ErasureFault[] } {
  const acts: ErasureAct[] = [];
  const faults: ErasureFault[] = [];
  for (const { id, text } of files) {
    const read = contentOf(text);
    const why = read === undefined ? undefined : proof.fault(read.erasure, read.jws);
    if (read === undefined || read.erasure.act !== 'erasure' || read.erasure.id !== id) {
      faults.push({ id, code: 'erasure_broken', fault: 'the file of this erasure is not as it was written' });
    } else if (why !== undefined) faults.push({ id, code: 'erasure_unproven', fault: `the file of this erasure is signed by no relay of ours (${why})` });
    else acts.push(read.erasure);
  }
  return { acts, faults };
}

function contentOf(text: string): { erasure: ErasureAct; jws: string } | undefined {
  try {
    const { erasure, jws } = JSON.parse(text) as { erasure?: ErasureAct; jws?: string };
    return typeof erasure === 'object' && typeof jws === 'string' ? { erasure, jws } : undefined;
  } catch {
    // No JSON: not as it was written, which the caller tells.
    return undefined;
  }
}
