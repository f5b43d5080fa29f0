/** How columns of a file become conversations. `columns` maps a format's field to a column name. */
export type FormatId = "alpaca" | "prompt-completion" | "question-answer" | "messages";
export type ColumnMapping = { format: FormatId; columns: Record<string, string | null> };
