const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An RFC 3339 instant in UTC for people: `14 Sep 03:10 UTC`, with the year if `year`. */
export const momentText = (instant: string, year = false): string => {
  const [date = '', time = ''] = instant.split('T');
  const [ofYear = '', month = '', day = ''] = date.split('-');
  return `${Number(day)} ${months[Number(month) - 1] ?? month}${year ? ` ${ofYear}` : ''} ${time.slice(0, 5)} UTC`;
};
