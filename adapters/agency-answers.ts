/**
 * What an agency's answer to a message means, as one table, read from the top: any 2xx is taken; a refusal is only a known
 * business answer in JSON; everything else is the line, and is tried again. A proxy's page says nothing of the agency.
 */
import { AgencyRefusal, type RefusalCode } from '../contracts/agency-protocol.js';
import type { SendOutcome } from './agency-http.js';

interface Answer {
  status: number;
  /** The parsed JSON of the body; undefined where it is none. */
  content: unknown;
  retryAfterMs: number | undefined;
}

/** Codes that are no business answer: a key or a clock is wrong, people mend it, and the same message goes then. */
const OF_THE_LINE: ReadonlySet<RefusalCode> = new Set(['signature_invalid']);

const TABLE: readonly { when: (answer: Answer) => boolean; means: (answer: Answer) => SendOutcome }[] = [
  { when: ({ status }) => status >= 200 && status < 300, means: accepted },
  // It had taken the message before, and its answer was lost.
  { when: ({ status, content }) => status === 409 && receiptIn(content) !== undefined, means: accepted },
  { when: ({ status, content }) => status >= 400 && status < 500 && refusalIn(content) !== undefined, means: refused },
  { when: () => true, means: unreachable },
];

/** Reads the answer to its end or its bound. */
export async function outcomeOf(response: Response): Promise<SendOutcome> {
  const answer: Answer = { status: response.status, content: await readContent(response), retryAfterMs: retryAfter(response.headers.get('retry-after')) };
  // The last row is of every answer.
  return (TABLE.find(({ when }) => when(answer)) ?? { means: unreachable }).means(answer);
}

function accepted({ content }: Answer): SendOutcome {
  const receipt = receiptIn(content);
  return { outcome: 'accepted', ...(receipt === undefined ? {} : { receipt }) };
}

function refused({ status, content }: Answer): SendOutcome {
  return { outcome: 'refused', reason: refusalIn(content) ?? `http_${status}` };
}

function unreachable({ status, content, retryAfterMs }: Answer): SendOutcome {
  const code = codeIn(content);
  const reason = code !== undefined && OF_THE_LINE.has(code) ? code : `http_${status}`;
  return { outcome: 'unreachable', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const LONGEST_RECEIPT = 500;

/** Any text or number of its own; none is needed. */
function receiptIn(content: unknown): string | undefined {
  const receipt = typeof content === 'object' && content !== null && 'receiptId' in content ? content.receiptId : undefined;
  if (typeof receipt === 'number') return String(receipt);
  return typeof receipt === 'string' && receipt.trim() !== '' ? receipt.trim().slice(0, LONGEST_RECEIPT) : undefined;
}

function codeIn(content: unknown): RefusalCode | undefined {
  const parsed = AgencyRefusal.safeParse(content);
  return parsed.success ? parsed.data.code : undefined;
}

function refusalIn(content: unknown): RefusalCode | undefined {
  const code = codeIn(content);
  return code === undefined || OF_THE_LINE.has(code) ? undefined : code;
}

/** An answer is a receipt or a code; what is longer is not one, and must not fill our memory. */
const LONGEST_ANSWER_BYTES = 64 * 1024;

/** Undefined when it is too long, breaks off, or is no JSON: what the status says holds all the same. */
async function readContent(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength;
      if (length > LONGEST_ANSWER_BYTES) return undefined;
      chunks.push(chunk);
    }
    // A byte order mark, as some accounting systems write it, is no part of the JSON.
    return JSON.parse(new TextDecoder('utf-8').decode(Buffer.concat(chunks))) as unknown;
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds or as an HTTP date; undefined when absent or neither. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
