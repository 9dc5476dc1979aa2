/** What is shown of many lines. */

/** Lines of each group. */
export const examplesOfEach = 3;

/** Characters of a line in quarantine. */
export const charactersShown = 200;

/** A character of UTF-16 may be half of one. */
export const beginningOf = (line: string) => (line.length <= charactersShown ? line : [...line].slice(0, charactersShown).join(''));
