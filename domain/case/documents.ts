/** The documents of a case (192-4-2): a closed list of types, each with the form that it has. */

export const DOCUMENT_TYPES = ['consent', 'signed_ipr', 'result_notice', 'delivery_proof', 'paper_report', 'referral', 'other'] as const;

export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What a document says of itself beside its type. */
export type DocumentField = 'title';

export interface DocumentForm {
  /** Fields without which it is not taken. */
  requires: readonly DocumentField[];
  /** With what it comes to belong to its case: the command that refers to it, or, where none ever does, its upload. */
  attached: 'with_its_command' | 'with_its_upload';
}

export const DOCUMENT_FORMS: Readonly<Record<DocumentType, DocumentForm>> = {
  // 256-13-CON: the decision of the family, given or refused.
  consent: { requires: [], attached: 'with_its_command' },
  // 256-17-1, 256-17-3, P42: the plan or its revision as it was signed, or the scan of what was signed on paper.
  signed_ipr: { requires: [], attached: 'with_its_command' },
  // D-CL: what the family is told in writing.
  result_notice: { requires: [], attached: 'with_its_command' },
  // 192-9: that what the Center sends was brought on paper.
  delivery_proof: { requires: [], attached: 'with_its_command' },
  // 192-11-1: information that came by letter, or the note of what was said by telephone.
  paper_report: { requires: [], attached: 'with_its_command' },
  // 256-25-1: by which a body refers somebody to a temporary stay.
  referral: { requires: [], attached: 'with_its_command' },
  other: { requires: ['title'], attached: 'with_its_upload' },
};

/** What people scan and print; nothing that a reader's machine runs. */
export const MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'image/tiff'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];

/** Bytes: a scan of some pages; what is larger is not a document of a case. Also a check of its table. */
export const MOST_BYTES = 20 * 1024 * 1024;
