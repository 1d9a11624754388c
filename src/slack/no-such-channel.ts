/** No channel that the bot can see has this name. */
export class NoSuchChannel extends Error {
  constructor(name: string) {
    super(`The bot cannot find a channel called ${name}.`)
    this.name = 'NoSuchChannel'
  }
}
