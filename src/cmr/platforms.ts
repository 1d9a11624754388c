/** The platforms that mailboxes can be exported to ("Exports"), as CMR and as people call them. */
export const platformNames = {
  EMAILBISON: 'EmailBison',
  SMARTLEAD: 'Smartlead',
  REACHINBOX: 'ReachInbox',
  INSTANTLY: 'Instantly',
} as const

export type Platform = keyof typeof platformNames

export const platforms = Object.keys(platformNames) as [Platform, ...Platform[]]

/** A platform as people call it; one that is not known yet, as it is called in `app`. */
export function platformName(app: string): string {
  return Object.hasOwn(platformNames, app) ? platformNames[app as Platform] : app
}
