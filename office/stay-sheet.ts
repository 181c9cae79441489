/** The journal of stays as a sheet: the heading in both languages, the period, the 14 columns with their numbers, a line for each person. */
import writeExcelFile, { type Cell } from 'write-excel-file/node';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Journal } from './stay-journal.js';

/** In characters. */
const WIDTHS = [6, 16, 28, 20, 10, 30, 16, 22, 28, 28, 24, 24, 24, 28];

export async function journalSheet(journal: Journal): Promise<Buffer> {
  const { nameKk, nameRu, title, from, to, language, columns, rows } = journal;
  const { started, ended } = catalogueOf(language).stayJournal;
  const heading: Cell[][] = [[bold(title)], [bold(nameKk)], [bold(nameRu)], [plain(`${started}: ${from}`)], [plain(`${ended}: ${to}`)], []];
  const table: Cell[][] = [
    columns.map((name) => framed(name, true)),
    columns.map((_, at) => framed(String(at + 1), true)),
    ...rows.map(({ cells }) => cells.map((cell) => framed(cell, false))),
  ];
  return writeExcelFile([...heading, ...table], {
    sheet: 'stay',
    columns: WIDTHS.map((width) => ({ width })),
    orientation: 'landscape',
    stickyRowsCount: heading.length + 2,
  }).toBuffer();
}

// Every cell is a text: what begins like a formula is words of people, and never counted.
function plain(value: string): Cell {
  return { value, type: String };
}

function bold(value: string): Cell {
  return { value, type: String, fontWeight: 'bold' };
}

function framed(value: string, isHead: boolean): Cell {
  return { value, type: String, wrap: true, alignVertical: 'top', borderStyle: 'thin', ...(isHead ? { fontWeight: 'bold' as const } : {}) };
}
