import type { Channel, ConversationPerson, Snapshot } from '../types.ts'

interface SidebarProps {
  readonly workspace: Snapshot
  readonly person: ConversationPerson
  readonly place: string
  /** Ids of channels that hold something new. */
  readonly unread: ReadonlySet<string>
  readonly onGo: (place: string) => void
  readonly onPerson: (id: string) => void
}

/** Channels, the app, and who you are. */
export function Sidebar({ workspace, person, place, unread, onGo, onPerson }: SidebarProps) {
  const shown = workspace.channels.filter((one) => !one.with)
  const direct = workspace.channels.find((one) => one.with === person.id)
  const link = (key: string, mark: string, name: string) => (
    <li key={key}>
      <button type="button" aria-current={place === key ? 'page' : undefined} onClick={() => onGo(key)}>
        <span aria-hidden>{mark}</span> {name}
        {unread.has(key) && <b className="unread">new</b>}
      </button>
    </li>
  )
  return (
    <aside className="sidebar" aria-label="Workspace">
      <h1>
        Acme Outreach
        <small className={`dot ${workspace.bot.state}`}>bot {workspace.bot.state}</small>
      </h1>
      <h2>Channels</h2>
      <ul>{shown.map((channel: Channel) => link(channel.id, '#', channel.name))}</ul>
      <h2>Apps</h2>
      <ul>
        {link('home', '⌂', 'CMR · Home')}
        {direct && link(direct.id, '●', 'CMR · Messages')}
      </ul>
      <fieldset className="people">
        <legend>You are</legend>
        {workspace.people.map((one) => (
          <label key={one.id}>
            <input
              type="radio"
              name="person"
              checked={one.id === person.id}
              onChange={() => onPerson(one.id)}
            />
            <Avatar name={one.name} />
            <span>
              {one.name}
              <small>{one.role}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </aside>
  )
}

/** A square with initials; the bot's is the app's own. */
export function Avatar({ name, bot = false }: { readonly name: string; readonly bot?: boolean }) {
  const initials = name
    .split(' ')
    .map((word) => word[0])
    .join('')
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 360
  if (bot)
    return (
      <span className="avatar bot" aria-hidden>
        ✉
      </span>
    )
  return (
    <span className="avatar" aria-hidden style={{ background: `hsl(${hue} 38% 42%)` }}>
      {initials}
    </span>
  )
}
