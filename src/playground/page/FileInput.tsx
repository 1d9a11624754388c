import { useState } from 'react'
import type { Json } from '../types.ts'
import { upload } from './ask.ts'
import { type ControlProps, useHeld } from './held.ts'

/** Takes files into the workspace; the form then holds Slack's file objects. */
export function FileInput(props: ControlProps) {
  const { element, id, aria } = props
  const [held, hold] = useHeld(props)
  const [busy, setBusy] = useState(false)
  const files = (held.files ?? []) as Json[]
  const accepted = ((element.filetypes ?? []) as string[]).map((type) => `.${type}`).join(',')
  const most = Number(element.max_files ?? 10)

  async function take(list: FileList | null) {
    setBusy(true)
    const uploaded = await Promise.all([...(list ?? [])].slice(0, most).map(upload))
    setBusy(false)
    hold({ type: 'file_input', files: uploaded })
  }

  return (
    <div className="files">
      <input
        {...aria}
        id={id}
        type="file"
        multiple={most > 1}
        accept={accepted || undefined}
        onChange={(event) => void take(event.target.files)}
      />
      <span className="hint" role="status">
        {busy && 'Uploading…'}
      </span>
      {files.map((file) => (
        <span className="chip" key={String(file.id)}>
          {String(file.name)}
        </span>
      ))}
    </div>
  )
}
