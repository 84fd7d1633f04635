const { format } = new Intl.NumberFormat('en');

/** `20,000`. What `toLocaleString` says, which takes long to say it. */
export const thousands = (number: number): string => format(number);
