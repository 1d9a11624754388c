/** Returns whether it is an IANA time zone, other names of one included (Asia/Kolkata, Europe/Kyiv). +05:30 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
