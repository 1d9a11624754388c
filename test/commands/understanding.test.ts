import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { idOf } from '../../src/commands/command.ts'
import { understand } from '../../src/commands/understanding/understand.ts'

const registry = declaredCommands()

/** What is understood, in short. */
function meant(said: string): string {
  const found = understand(registry, said)
  switch (found.kind) {
    case 'command':
      return `${idOf(found.command)} ${found.rest.map(({ raw }) => raw).join(' ')}`.trim()
    case 'which':
      return `which ${found.readings.map(({ command }) => idOf(command)).join(' ')}`
    case 'search':
      return `search ${found.texts.join(' | ')}`
    case 'greeting':
      return 'greeting'
  }
}

// Whoever writes behind `/cmr` and whoever writes to the bot mean the same by the same words.
test.each([
  // Synonyms and sentences.
  ['customers', 'users.list'],
  ['clients list', 'users.list'],
  ['balance', 'wallet.get'],
  ['show me the wallet', 'wallet.get'],
  ['list customers', 'users.list'],
  ['list all domains of jane@acme.com', 'domains.list jane@acme.com'],
  ['add 5 mailboxes to acme.com', 'orders.mailboxes acme.com --count=5'],
  ['can you please add 5 mailboxes to acme.com?', 'orders.mailboxes acme.com --count=5'],
  ['order 3 domains for jane@acme.com', 'orders.create jane@acme.com --count=3'],
  ['remove 3 mailboxes', 'mailboxes.remove'],
  ['renew mailboxes of acme.com', 'subscriptions.renew acme.com'],
  ['renew the domain acme.com', 'domains.renew acme.com'],
  ['cancel harbor', 'subscriptions.cancel harbor'],
  ['create customer', 'users.create'],
  ['create user jane@acme.com', 'users.create jane@acme.com'],
  ['warmup pause jane@acme.com', 'warmup.status jane@acme.com PAUSED'],
  ['resume warmup of jane@acme.com', 'warmup.status jane@acme.com ACTIVE'],
  ['why is acme.com not sending', 'diagnose.show acme.com'],
  ['why is <http://acme.com|acme.com> not sending?', 'diagnose.show acme.com'],
  ['acme.com is broken', 'diagnose.show acme.com'],
  ["acme.com can't send", 'diagnose.show acme.com'],
  ['acme.com doesn’t work', 'diagnose.show acme.com'],
  ["jane@acme.com isn't sending", 'diagnose.show jane@acme.com'],
  ['acme.com cannot deliver', 'diagnose.show acme.com'],
  ['what is our balance?', 'wallet.get'],
  ['what renews?', 'renewals.list'],
  ['what renews this month?', 'renewals.list this month'],
  ['show me what renews this month', 'renewals.list this month'],
  ['How much will the renewals in December be?', 'renewals.list in December'],
  ['forecast tomorrow', 'renewals.list tomorrow'],
  ['renewals next week acme.com', 'renewals.list next week acme.com'],
  ['add five mailboxes to acme.com', 'orders.mailboxes acme.com --count=5'],
  ['add mailboxes to Five Star', 'orders.mailboxes Five Star'],
  ['renew acme.com for two years', 'domains.renew acme.com --years=2'],
  // Several things may be as many domains as subscriptions.
  ['renew acme.com', 'which domains.renew subscriptions.renew'],
  ['renew acme.com and acme.io', 'which domains.renew subscriptions.renew'],
  ['renew acme.com, acme.io', 'which domains.renew subscriptions.renew'],
  // What somebody does not want, or cannot do.
  ['do not cancel acme.com', 'search acme.com'],
  ["don't renew acme.com", 'search acme.com'],
  ['please don’t cancel the subscription of acme.com', 'search acme.com'],
  ['never delete harbor', 'search never delete harbor'],
  ['i do not want to renew acme.com', 'search acme.com'],
  ["can't renew acme.com", 'search acme.com'],
  // A word that sentences leave out may be a value, which is wrong here for another reason.
  ['dns add acme.com A @ 999.1.1.1', 'dns.add acme.com A @ 999.1.1.1'],
  // Slips in the first word, with more behind it.
  ['domians list', 'which domains.list find.show'],
  ['diganose acme.com', 'which diagnose.show find.show'],
  ['custmers', 'which users.list find.show'],
  // What people write in other words, or in another order.
  ['why is acme.com bouncing', 'diagnose.show acme.com'],
  ['mails from acme.com go to spam', 'diagnose.show acme.com'],
  ['is cmr up?', 'status.show'],
  ['report a problem', 'errors.send'],
  ['set budget to 500', 'access.budget 500'],
  ['autorenew acme.com on', 'which domains.auto-renew subscriptions.auto-renew'],
  ['dns setup acme.com', 'dns.set-up acme.com'],
  ['set up dns for acme.com', 'dns.set-up acme.com'],
  ['nameservers acme.com ns1.x.com ns2.x.com', 'dns.nameservers acme.com ns1.x.com ns2.x.com'],
  ['forward acme.com -&gt; acme.io', 'domains.forward acme.com acme.io'],
  ['availability acme.com', 'domains.available acme.com'],
  ['domains check acme.com', 'which domains.available dns.check'],
  ['warmup start jane@acme.com', 'warmup.add jane@acme.com'],
  ['warmup jane@acme.com off', 'which warmup.status warmup.remove'],
  ['renew these domains: acme.com, acme.io', 'domains.renew acme.com, acme.io'],
  // Courtesy is no part of a command, wherever it stands.
  ['diagnose acme.com please', 'diagnose.show acme.com'],
  ['diagnose pls acme.com', 'diagnose.show acme.com'],
  ['hey there, can you diagnose acme.com? thanks!', 'diagnose.show acme.com'],
  ['Hi team, please diagnose acme.com\n\nBest regards,\nJane Doe\nAcme Inc.', 'diagnose.show acme.com'],
  ['renewals next week thx', 'renewals.list next week'],
  ['hello there', 'greeting'],
  ['could you please', 'greeting'],
  // It is, where it is a name.
  ['hello fresh', 'which help.show find.show'],
  ['users create --company Thanks', 'users.create --company Thanks'],
  ['find "please inc"', 'find.show "please inc"'],
  ['users create --company please --email a@b.com', 'users.create --company please --email a@b.com'],
  // A period that is over is refused by the list, never replaced.
  ['renewals last month', 'renewals.list last month'],
  ['what renewed last month?', 'renewals.list last month'],
  ['what renewed in October?', 'renewals.list last October'],
  ['how much did we spend in October', 'wallet.get'],
  ['how much was spent this month?', 'wallet.get'],
  ['what did we pay for renewals last week', 'wallet.get'],
  ['events this month', 'events.list this month'],
  ['renewals yesterday', 'renewals.list yesterday'],
  ['wallet last month', 'which wallet.get'],
  ['wallet 2026-11', 'which wallet.get'],
  ['renewals from Dec 1 to Dec 15', 'renewals.list from Dec 1 to Dec 15'],
  ['renewals between Dec 1 and Dec 15', 'renewals.list between Dec 1 and Dec 15'],
  // Lists, as people type them.
  ['wallet csv', 'wallet.get --csv=yes'],
  ['renewals as csv', 'renewals.list --csv=yes'],
  ['customers csv', 'users.list --csv=yes'],
  ['customers page 2', 'users.list --page=2'],
  ['subscriptions past due', 'subscriptions.list --status PAST_DUE'],
  ['overdue', 'subscriptions.list --status PAST_DUE'],
  ['cancelled subscriptions', 'subscriptions.list --status CANCELLED'],
  ['subscriptions not active', /^which subscriptions\.list /],
  ['orders not pending', /^which orders\.list /],
  ['domains not renewing', /^which domains\.list /],
  // Nothing can be left out of what is named.
  ['cancel everything except acme.com', 'which '],
  ['delete mailbox anna@acme.com not otto@acme.com', 'which '],
  ['cancel acme.com, not acme.io', 'which '],
  ['renew acme.com and not acme.io', 'which '],
  ['renew all but acme.com', 'which '],
  ['renewals except acme.com', 'which '],
  ['mailboxes without warmup', 'which '],
  ['nothing but nets', 'search nothing but nets'],
  ['subscriptions of bright fern', 'subscriptions.list --userId=bright fern'],
  ['subscriptions of bright fern csv', 'subscriptions.list --userId=bright fern --csv=yes'],
  ['customers bright fern', 'users.list bright fern'],
  ['orders', 'orders.list'],
  ['orders waiting', 'orders.list'],
  ['pending orders', 'orders.list'],
  ['orders jane@acme.com', 'orders.list jane@acme.com'],
  ['what is waiting?', 'operations.list'],
  ['operations all', 'operations.list --all yes'],
  ['mailboxes acme.com', 'mailboxes.list --domain acme.com'],
  ['list all mailboxes', 'mailboxes.all'],
  ['dns records of acme.com', 'dns.list acme.com'],
  ['prewarm google', 'prewarm.list --serviceProvider google'],
  // What only looks so.
  ['users list --search csv', 'users.list --search csv'],
  ['users list "csv"', 'users.list "csv"'],
  ['find csv', 'find.show csv'],
  ['dns add acme.com TXT @ page 2', 'dns.add acme.com TXT @ page 2'],
  ['mailboxes jane@acme.com', 'mailboxes.get jane@acme.com'],
  ['orders ABC123456', 'orders.get ABC123456'],
  // What is no noun and verb of ours.
  ['turn off auto-renew for acme.com', 'which domains.auto-renew subscriptions.auto-renew'],
  ['turn on the auto renewal of acme.com', 'which domains.auto-renew subscriptions.auto-renew'],
  ['disable auto-renew on acme.com', 'which domains.auto-renew subscriptions.auto-renew'],
  ['cancel auto-renew of acme.com', 'which domains.auto-renew subscriptions.auto-renew'],
  ['enable auto-renew for acme.com', 'which domains.auto-renew subscriptions.auto-renew'],
  ['make <@U0123ABCD|omar> an admin', 'access.grant U0123ABCD admin'],
  ['grant <@U0123ABCD> finance', 'access.grant U0123ABCD finance'],
  ['revoke <@U0123ABCD>', 'access.revoke U0123ABCD'],
  ['buy acme.com and acme.io for Jane', 'orders.create Jane --domains "acme.com and acme.io"'],
  ['set nameservers of acme.com to ns1.x.com ns2.x.com', 'dns.nameservers acme.com ns1.x.com ns2.x.com'],
  ['forward acme.com to https://acme.io', 'domains.forward acme.com https://acme.io'],
  ['forward mail of acme.com to jane@x.com', 'domains.forward-email acme.com jane@x.com'],
  ['start warm-up of jane@acme.com', 'warmup.add jane@acme.com'],
  ['stop warmup jane@acme.com', 'which warmup.status warmup.remove'],
  ['mute acme.com for 2 hours', 'alerts.mute acme.com "2 hours"'],
  ['is acme.com available?', 'domains.available acme.com'],
  ['price of acme.com', 'which domains.available domains.renewal-price'],
  ['events since last friday', 'events.list --since "last friday"'],
  ['buy acme.com acme.io for Jane', 'orders.create Jane --domains "acme.com acme.io"'],
  ['renew acme.com for 2 years', 'domains.renew acme.com --years=2'],
  ['list domains expiring soon', 'renewals.list'],
  ['mailboxes of Acme', 'mailboxes.list Acme'],
  ['imports stop 1a2b3c4d', 'imports.stop 1a2b3c4d'],
  ['users list', 'users.list'],
  ['dns add acme.com TXT @ list=all', 'dns.add acme.com TXT @ list=all'],
  ['dns add acme.com TXT @ "a `b` *c* d!"', 'dns.add acme.com TXT @ "a `b` *c* d!"'],
  [
    'add domain acme.com acme.io for jane@acme.com',
    'orders.create jane@acme.com --domains "acme.com acme.io"',
  ],
  ['add a dns record to acme.com', 'dns.add acme.com'],
  ['move northwind to instantly', 'exports.send --customer "northwind"'],
  ['export mailboxes of northwind to Smartlead', 'exports.send --customer "northwind"'],
  ['re-export acme.com', 'exports.send --domain acme.com'],
  ['notify <#C1|billing> about failed payments', 'alerts.add "failed payments" --channel C1'],
  ['mute everything', 'alerts.list'],
  ['what needs approval?', 'approvals.list'],
  ['who am i?', 'access.list'],
  ['what can you do?', 'help.show'],
  ['top up the wallet', 'wallet.get'],
  ['is acme.com ok?', 'diagnose.show acme.com'],
  ['suggest domains for acme', 'domains.suggest "acme"'],
  ['dmarc acme.com', 'dns.check acme.com'],
  ['placement test of jane@acme.com', 'placement.run jane@acme.com'],
  ['prewarmed', 'prewarm.list'],
  ['how many mailboxes do we have?', 'mailboxes.all'],
  ['log in as jane@acme.com', 'mailboxes.admin jane@acme.com'],
  // Whose renewals are meant, and which days.
  ['renewals northwind', 'renewals.list --userId=northwind'],
  ['renewals for harbor lane', 'renewals.list --customer "harbor lane"'],
  ['what renews for northwind?', 'renewals.list --customer "northwind"'],
  ['what renews for December', 'renewals.list for December'],
  ['renewals for the next 2 weeks', 'renewals.list for the next 2 weeks'],
  ['renewals due soon', 'renewals.list'],
  // Commands with what makes them look nice.
  ['status please', 'status.show'],
  ['please show me the wallet, thanks', 'wallet.get'],
  ['dns add acme.com TXT @ please', 'dns.add acme.com TXT @ please'],
  ['Wallet?', 'wallet.get'],
  ['/cmr wallet', 'wallet.get'],
  ['`/cmr wallet`', 'wallet.get'],
  ['*wallet*', 'wallet.get'],
  ['<@U0CMRPLAY> wallet', 'wallet.get'],
  ['help me please', 'help.show'],
  ['users create --help', 'help.show users create'],
  ['?', 'help.show'],
  // A flag belongs to a command, whatever a question would make of the rest.
  ['renewals --nonsense', 'renewals.list --nonsense'],
  ['domains list jane@acme.com --page many', 'domains.list jane@acme.com --page many'],
  // A bare name, and what people write around one.
  ['acme.com', 'search acme.com'],
  ['jane@acme.com', 'search jane@acme.com'],
  ['<mailto:jane@acme.com|jane@acme.com>', 'search jane@acme.com'],
  ['Harbor Lane', 'search Harbor Lane'],
  ['QH6HFXPQ9E17JRX36FTQ', 'search QH6HFXPQ9E17JRX36FTQ'],
  ['SUB_4F2A9C', 'search SUB_4F2A9C'],
  ['show acme.com', 'search acme.com'],
  ['do you know Kestrel Analytics?', 'search do you know Kestrel Analytics | Kestrel Analytics'],
  ['what about acme.com?', 'search acme.com'],
  ['acme.com and <http://acme.io|acme.io>, please', 'search acme.com | acme.io'],
  ['https://www.acme.com/path', 'search www.acme.com'],
  ['O’Neil & Sons', 'search O’Neil & Sons'],
  ['"Kestrel', 'search "Kestrel'],
  // A doubt is a row of buttons.
  ['renew acme.com', 'which domains.renew subscriptions.renew'],
  ['usrs', 'which users.list find.show'],
  ['domains lst', /^which .*domains\.list/],
  ['users create "Jane', 'which users.create'],
  ['remove jane@acme.com', /^which .*users\.delete.*mailboxes\.remove.*warmup\.remove/],
  ['list', /^which .*users\.list.*domains\.list/],
  // Nothing that could be looked up.
  ['', 'greeting'],
  ['hi', 'greeting'],
  ['thanks :tada:', 'greeting'],
])('“%s” means %s', (said, understood) => {
  if (typeof understood === 'string') expect(meant(said)).toBe(understood)
  else expect(meant(said)).toMatch(understood)
})

test('to pause an import is not to resume it', () => {
  for (const line of ['pause import 00d9feff', 'imports pause 00d9feff'])
    expect(meant(line)).not.toMatch(/^imports\.resume/)
})
