/** Plain text that stays readable in 100 columns. */
export const COLUMNS = 100;

/** Breaks a text at spaces; lines after the first are indented by `indent` columns, the first is not. */
export function wrap(text: string, indent = 0, width = COLUMNS): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width - indent && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** Rows under each other in columns as wide as their widest cell; the last column is not padded. */
export function table(rows: readonly (readonly string[])[], indent = 0): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(
      (row) =>
        ' '.repeat(indent) +
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}

/** A label of `width` columns and a text beside it. */
export function labelled(label: string, text: string, width: number): string {
  return `${label.padEnd(width)}${wrap(text, width)}`;
}
