/** When people and machines send mail: by day more than by night, on weekends less. */

/** Share of an average hour, from midnight UTC; the mean is 1. */
const HOURS = [
  0.42, 0.36, 0.33, 0.32, 0.36, 0.48, 0.72, 1.08, 1.52, 1.72, 1.74, 1.62, 1.4, 1.5, 1.62, 1.6, 1.46, 1.22, 0.98, 0.86, 0.8, 0.72, 0.62,
  0.55,
];
const HOURS_MEAN = HOURS.reduce((sum, share) => sum + share, 0) / 24;

/** Share of an average day, from Sunday; the mean is 1. */
const DAYS = [0.48, 1.22, 1.26, 1.24, 1.2, 1.12, 0.48];

/** The mean of `rhythm` over a time, which depends on the weekends in it. */
export function meanRhythm(from: number, to: number): number {
  let sum = 0;
  let hours = 0;
  for (let now = from + 1800; now < to; now += 3600) {
    sum += rhythm(now);
    hours += 1;
  }
  return hours === 0 ? 1 : sum / hours;
}

/** How busy the moment is, in comparison with the average of a week. */
export function rhythm(now: number): number {
  const hour = (now / 3600) % 24;
  const at = Math.floor(hour);
  const from = HOURS[at] as number;
  const to = HOURS[(at + 1) % 24] as number;
  const day = (Math.floor(now / 86_400) + 4) % 7;
  return ((from + (to - from) * (hour - at)) / HOURS_MEAN) * (DAYS[day] as number);
}
