import type { CounterWindow, Subject } from '@rl/core'
import type { PlainStorage } from '../plain-storage.ts'
import { PlainStore } from '../plain-store.ts'

export class KeysWithoutCase extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, id: subject.id.toLowerCase() }, window)
  }
}

export class KeysCutOff extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, id: subject.id.slice(0, 100) }, window)
  }
}

export class KeysRunTogether extends PlainStore {
  override address({ scope, id }: Subject, window: CounterWindow): string {
    return super.address({ scope: '', id: `${scope}:${id}` }, window)
  }
}

export class KeysWithoutScope extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, scope: '' }, window)
  }
}

export class KeysWithoutAnchor extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, window.anchor === 'calendar' ? window : { ...window, anchor: 'epoch' })
  }
}

export class KeysWithLengthIn32Bits extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(
      subject,
      window.anchor === 'calendar' ? window : { ...window, windowMs: window.windowMs >>> 0 },
    )
  }
}

export class KeysDecoded extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    const decoded = subject.id.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    return super.address({ ...subject, id: decoded }, window)
  }
}

/** As an object without a null prototype does. */
export class KeysInPlainObject extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    const names: Record<string, string> = {}
    names[subject.id] = subject.id
    return super.address({ ...subject, id: Object.keys(names)[0] ?? 'undefined' }, window)
  }
}

/** 16 bits of a hash. */
export class KeysHashed extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    let hash = 0
    for (const char of subject.id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) & 0xffff
    return super.address({ ...subject, id: subject.scope === 'crowd' ? String(hash) : subject.id }, window)
  }
}

/** Its knowledge of a storage's size. */
export class BoundedTo65536 extends PlainStore {
  static readonly #known: WeakMap<PlainStorage, string[]> = new WeakMap()

  protected override write(...args: Parameters<PlainStore['write']>): void {
    const [{ address }] = args
    const known = BoundedTo65536.#known.get(this.storage) ?? []
    BoundedTo65536.#known.set(this.storage, known)
    known.push(address)
    if (known.length > 65_536) this.storage.delete(known[known.length - 65_537] ?? '')
    super.write(...args)
  }
}
