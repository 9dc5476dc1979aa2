/** Numbers as people read them. */

const thousands = new Intl.NumberFormat('en-US');

/** `1,234,567`. */
export function count(value: number): string {
  return thousands.format(value);
}

/** A count with its noun: `1 line`, `2 lines`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `0.05 s`, `31 s`, `2 min 5 s`, `2 h 5 min`, `3 d 4 h`; `–` where nothing was measured. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value < 10) return `${Number(value.toPrecision(2))} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(whole, 60, 'min', 's');
  if (whole < 86_400) return pair(Math.round(whole / 60), 60, 'h', 'min');
  return pair(Math.round(whole / 3600), 24, 'd', 'h');
}

function pair(value: number, size: number, large: string, small: string): string {
  const rest = value % size;
  return `${count(Math.floor(value / size))} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** `98 %`, `0.3 %`; less than a tenth is `<0.1 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const value = (100 * part) / whole;
  if (part === 0) return '0 %';
  if (value < 0.1) return '<0.1 %';
  // All but a few must not read as all.
  if (part < whole && value > 99.9) return '>99.9 %';
  return `${value < 10 || (value > 99 && value < 100) ? value.toFixed(1) : Math.round(value)} %`;
}

/** `45 MB`. */
export function bytes(value: number): string {
  let scaled = value;
  for (const unit of ['bytes', 'kB', 'MB', 'GB']) {
    if (scaled < 999.5) return `${scaled < 10 && unit !== 'bytes' ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
    scaled /= 1000;
  }
  return `${scaled.toFixed(1)} TB`;
}
