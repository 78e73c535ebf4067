// Shortens Lua 5.1: no comments, no spaces that are not needed, locals and fields of one or two letters. The same name gets the same
// letters everywhere, so nothing can hide what it did not hide before.
import luaparse from 'luaparse'

const LUA = { luaVersion: '5.1', ranges: true, scope: true, comments: false }
const KEYWORDS = ['do', 'if', 'in', 'or']
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ']
const SHORT = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))].filter(
  (name) => !KEYWORDS.includes(name),
)

/**
 * @param {string} source
 * @param {readonly string[]} kept Names of locals that stay as they are.
 */
export function shortenLua(source, kept) {
  const { tree, nodes } = parse(source)
  const { locals, fields } = namesIn(nodes)
  const tokens = tokensOf(source)
  const places = {
    locals: tokens.filter((token) => locals.has(token.value) && !kept.includes(token.value) && !isField(token)),
    fields: tokens.filter((token) => fields.has(token.value) && isField(token)),
  }
  const short = new Map([...shortNames(places.locals), ...shortNames(places.fields)])

  let text = ''
  let end = 0
  for (const token of tokens) {
    const [from, to] = token.range
    const next = short.get(token) ?? source.slice(from, to)
    // Where a space is needed and a line ended, a line ends: errors tell lines.
    if (mustBeApart(text.at(-1) ?? '', next)) text += source.slice(end, from).includes('\n') ? '\n' : ' '
    text += next
    end = to
  }
  if (shapeOf(parse(text).tree) !== shapeOf(tree)) throw new Error('the short text is another program')
  return `${text}\n`

  function isField({ range: [from] }) {
    return nodes.some(
      ({ type, identifier, key }) =>
        (type === 'MemberExpression' && identifier.range[0] === from) ||
        (type === 'TableKeyString' && key.range[0] === from),
    )
  }
}

function parse(source) {
  const nodes = []
  const tree = luaparse.parse(source, { ...LUA, onCreateNode: (node) => nodes.push(node) })
  return { tree, nodes }
}

function tokensOf(source) {
  const parser = luaparse.parse(source, { ...LUA, wait: true })
  const tokens = []
  for (let token = parser.lex(); token.type !== luaparse.tokenTypes.EOF; token = parser.lex()) tokens.push(token)
  return tokens
}

/** Names that are the program's own: of its locals, and of the fields that its tables are made with. */
function namesIn(nodes) {
  const locals = new Set(nodes.filter(({ isLocal }) => isLocal).map(({ name }) => name))
  const fields = new Set(nodes.filter(({ type }) => type === 'TableKeyString').map(({ key }) => key.name))
  const members = new Set(nodes.filter(({ type }) => type === 'MemberExpression').map(({ identifier }) => identifier))
  for (const node of nodes) {
    if (node.isLocal === false && !members.has(node) && locals.has(node.name))
      throw new Error(`a local and a global: ${node.name}`)
    if (node.type === 'MemberExpression' && node.base.isLocal === false && fields.has(node.identifier.name))
      throw new Error(`a field of a global and of a table: ${node.identifier.name}`)
  }
  return { locals, fields }
}

/** The shortest for the names used most. */
function shortNames(tokens) {
  const byName = new Map()
  for (const token of tokens) byName.set(token.value, [...(byName.get(token.value) ?? []), token])
  const mostUsed = [...byName.values()].sort((one, other) => other.length - one.length)
  return mostUsed.flatMap((uses, i) => uses.map((token) => [token, SHORT[i]]))
}

/** Two words would be one, `-` and `-` a comment, `[` and `[` a string, a digit and `..` a bad number. */
function mustBeApart(last, next) {
  return /^(\w\w|--|\[\[|[\d.]\.)$/.test(last + next[0])
}

/** A program without its names and places, but for which names are local. */
function shapeOf(tree) {
  return JSON.stringify(tree, (key, value) => (key === 'range' || key === 'name' ? undefined : value))
}
