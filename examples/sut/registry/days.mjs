// Days as text, YYYY-MM-DD; counted in UTC.
const DAY = 86_400_000;

const parsed = (day) => new Date(`${day}T00:00:00Z`);
const shown = (date) => date.toISOString().slice(0, 10);

export const daysLater = (day, count) => shown(new Date(parsed(day).getTime() + count * DAY));

/** The birthday in a year; what Date makes of 29 February is 1 March. */
function birthday(birth, year) {
  const [, month, day] = birth.split("-").map(Number);
  return shown(new Date(Date.UTC(year, month - 1, day)));
}

/** The n-th birthday from the day of issue. */
export function nthBirthday(birth, issued, count) {
  const year = Number(issued.slice(0, 4));
  return birthday(birth, birthday(birth, year) > issued ? year + count - 1 : year + count);
}

export function age(birth, day) {
  const year = Number(day.slice(0, 4));
  return year - Number(birth.slice(0, 4)) - (birthday(birth, year) > day ? 1 : 0);
}
