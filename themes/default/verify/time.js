// Days and seconds as Beijing writes them; the twin of src/time.rs.

/** The civil date in Beijing at this point in time from 1970 on, to the year 9999. */
export function beijingDate(seconds) {
  const last = 253402300799n; // 9999-12-31T23:59:59
  const local = seconds + 8n * 3600n;
  return new Date(Number(local < last ? local : last) * 1000).toISOString().slice(0, 10);
}

/** A second as lists write it, `2026-01-05T09:00:00+08:00`. */
export function stampText(seconds) {
  const clock = new Date(Number(seconds + 8n * 3600n) * 1000).toISOString().slice(11, 19);
  return `${beijingDate(seconds)}T${clock}+08:00`;
}
