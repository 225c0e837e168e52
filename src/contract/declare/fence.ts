/** The lines before and after other people's text, with a mark that the text cannot guess (conventions.md §1.9). */
export const fence = (mark: string): { open: string; close: string } => ({ open: `<<< untrusted ${mark}`, close: `>>> ${mark}` });
