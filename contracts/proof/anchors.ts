/**
 * Anchors: each day the heads of all ledgers in a file outside of the database, signed, and chained from day to day. What
 * is rewritten, cut off or removed behind them is found by whoever holds the files, whatever became of the rows.
 *
 * A file is lines of JSON: one for each subject whose head has moved since the file before, `[subject, seq, head]`, and
 * the anchor itself as the last one, with its signature.
 */
import { textDigest, type AnchorAct } from './acts.js';
import type { Proof, ProofReader } from './proof.js';

/** Where a ledger stood, and the digest of all up to there. */
export interface Head {
  subject: string;
  seq: number;
  head: string;
}

export interface AnchorFault {
  day: string;
  code: 'anchor_broken' | 'anchor_unproven' | 'anchor_chain_broken';
  fault: string;
}

/** All that a folder of anchors says. */
export interface AnchorBook {
  /** The latest head of each subject, with the day of its anchor. */
  heads: ReadonlyMap<string, Head & { day: string }>;
  /** Day of the last file. */
  lastDay: string | undefined;
  /** Digest of the last file: the next one names it. */
  last: string;
  faults: readonly AnchorFault[];
}

export interface AnchorFile {
  day: string;
  text: string;
}

/** What the first file names as the one before it. */
const NOTHING_BEFORE = '0'.repeat(64);

/** Reads the files of a folder. @param files in the order of their days */
export function readAnchors(files: readonly AnchorFile[], proof: ProofReader): AnchorBook {
  const heads = new Map<string, Head & { day: string }>();
  const faults: AnchorFault[] = [];
  let last = NOTHING_BEFORE;
  let entries = 0;
  for (const { day, text } of files) {
    const read = linesOf(text);
    const why = read === undefined ? undefined : proof.fault(read.anchor, read.jws);
    if (read === undefined || read.anchor.lines !== textDigest(read.lines)) {
      faults.push({ day, code: 'anchor_broken', fault: 'the file of that day is not as it was written' });
    } else if (why !== undefined) {
      faults.push({ day, code: 'anchor_unproven', fault: `the anchor of that day is signed by no relay of ours (${why})` });
    } else {
      for (const head of read.heads) {
        entries += head.seq - (heads.get(head.subject)?.seq ?? 0);
        heads.set(head.subject, { ...head, day });
      }
      const follows = read.anchor.previous === last && read.anchor.day === day && read.anchor.subjects === heads.size && read.anchor.entries === entries;
      if (!follows) faults.push({ day, code: 'anchor_chain_broken', fault: 'a file before it is missing or another one' });
    }
    last = textDigest(text);
  }
  return { heads, lastDay: files.at(-1)?.day, last, faults };
}

/** The file of a day: what has moved since the book was closed. */
export function anchorText(proof: Proof, { heads: known, last: previous }: AnchorBook, day: string, heads: readonly Head[]): string {
  const moved = heads.filter(({ subject, head }) => known.get(subject)?.head !== head);
  const lines = moved.map(({ subject, seq, head }) => `${JSON.stringify([subject, seq, head])}\n`).join('');
  const entries = heads.reduce((sum, { seq }) => sum + seq, 0);
  const anchor: AnchorAct = { act: 'anchor', day, subjects: heads.length, entries, lines: textDigest(lines), previous };
  return `${lines}${JSON.stringify({ anchor, jws: proof.sign(anchor) })}\n`;
}

interface Lines {
  lines: string;
  heads: readonly Head[];
  anchor: AnchorAct;
  jws: string;
}

function linesOf(text: string): Lines | undefined {
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const lines = text.slice(0, end);
  try {
    const { anchor, jws } = JSON.parse(text.slice(end)) as { anchor: AnchorAct; jws: string };
    const heads = lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as [string, number, string])
      .map(([subject, seq, head]) => ({ subject, seq, head }));
    return { lines, heads, anchor, jws };
  } catch {
    // No JSON: not as it was written, which the caller tells.
    return undefined;
  }
}
