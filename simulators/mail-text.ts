/** Reads what a person would read of a caught mail: subject and plain text. Enough for what nodemailer writes in UTF-8. */

export interface MailText {
  /** Without its brackets; empty when there is none. */
  messageId: string;
  subject: string;
  text: string;
}

interface Part {
  headers: ReadonlyMap<string, string>;
  body: string;
}

/** @param raw the mail as it crossed the wire */
export function readMailText(raw: Buffer): MailText {
  // Latin-1 keeps every byte as it is until the transfer encoding of its part is known.
  const mail = splitPart(raw.toString('latin1').replaceAll('\r\n', '\n'));
  const messageId = (mail.headers.get('message-id') ?? '').replaceAll(/[<>]/g, '');
  return { messageId, subject: decodeWords(mail.headers.get('subject') ?? ''), text: plainText(mail) ?? '' };
}

function splitPart(source: string): Part {
  const end = source.indexOf('\n\n');
  const head = end < 0 ? source : source.slice(0, end);
  const unfolded = head.replace(/\n[ \t]+/g, ' ').split('\n');
  const headers = unfolded.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), body: end < 0 ? '' : source.slice(end + 2) };
}

/** The first text/plain part, however deep; undefined when there is none. */
function plainText(part: Part): string | undefined {
  const type = part.headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary !== undefined) {
    const pieces = `\n${part.body}`.split(`\n--${boundary}`).slice(1);
    const inner = pieces.filter((piece) => piece.startsWith('\n')).map((piece) => plainText(splitPart(piece.slice(1))));
    return inner.find((text) => text !== undefined);
  }
  if (!/^text\/plain\b/i.test(type)) return undefined;
  return decodeBody(part.body, part.headers.get('content-transfer-encoding') ?? '7bit').trimEnd();
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return decodeHex(body.replace(/=[ \t]*\n/g, ''));
    default:
      return Buffer.from(body, 'latin1').toString('utf8');
  }
}

/** RFC 2047 words of a header; the white space between two of them is no part of the text. */
function decodeWords(header: string): string {
  const joined = header.replace(/(\?=)\s+(?==\?)/g, '$1');
  return joined.replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_word, kind: string, text: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString('utf8') : decodeHex(text.replaceAll('_', ' ')),
  );
}

function decodeHex(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
