import Model

/// Reads the tokens of a template into nodes, as Go's text/template/parse does.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var index = 0
  /// The variables that may be named, outermost first.
  private var variables: [String]
  private var rangeDepth = 0
  private var depth = 0
  private var definitions: [String: [TemplateNode]] = [:]

  /// A template and those it defines.
  struct Result: Sendable {
    var root: [TemplateNode]
    var definitions: [String: [TemplateNode]]
  }

  /// Parses `text`, in which `variables` are declared.
  static func parse(_ text: String, variables: [String]) throws(TemplateError) -> Result {
    var parser = TemplateParser(
      tokens: try TemplateLexer.tokens(of: text), variables: ["$"] + variables)
    let root = try parser.document()
    return Result(root: root, definitions: parser.definitions)
  }

  private init(tokens: [TemplateToken], variables: [String]) {
    self.tokens = tokens
    self.variables = variables
  }

  // MARK: Tokens

  private var current: TemplateToken { tokens[index] }

  private mutating func skipSpace() {
    while current.kind == .space { index += 1 }
  }

  /// The next token that is no space.
  ///
  /// The last token, `.end`, is never passed.
  private mutating func next() -> TemplateToken {
    skipSpace()
    let token = current
    if token.kind != .end { index += 1 }
    return token
  }

  private mutating func peek() -> TemplateToken {
    skipSpace()
    return current
  }

  private mutating func isKeyword(_ word: String) -> Bool {
    let token = peek()
    return token.kind == .keyword && token.text == word
  }

  @discardableResult
  private mutating func expect(
    _ kind: TemplateToken.Kind, in context: String
  ) throws(TemplateError) -> TemplateToken {
    let token = next()
    guard token.kind == kind else { throw unexpected(token, in: context) }
    return token
  }

  private func unexpected(_ token: TemplateToken, in context: String) -> TemplateError {
    error("unexpected \(token.description) in \(context)", token.range)
  }

  private func error(_ message: String, _ range: Range<Int>) -> TemplateError {
    TemplateError(.syntax, message, at: range)
  }

  // MARK: Lists

  /// What ended a list of nodes.
  private enum Terminator {
    case end, otherwise
  }

  private mutating func document() throws(TemplateError) -> [TemplateNode] {
    var nodes: [TemplateNode] = []
    while peek().kind != .end {
      if current.kind == .leftDelimiter {
        index += 1
        if isKeyword("define") {
          index += 1
          try definition()
          continue
        }
        index -= 1
        // Spaces after the delimiter were passed; they carry no meaning there.
        while tokens[index].kind != .leftDelimiter { index -= 1 }
      }
      let place = current.range
      switch try textOrAction() {
      case .node(let node): nodes.append(node)
      case .terminator(.end): throw error("unexpected {{end}}", place)
      case .terminator(.otherwise): throw error("unexpected {{else}}", place)
      }
    }
    return nodes
  }

  private mutating func definition() throws(TemplateError) {
    let context = "define clause"
    let (name, place) = try templateName(in: context)
    try expect(.rightDelimiter, in: context)
    try define(name, at: place)
  }

  /// Reads a body up to `{{end}}`; in it only `$` is declared.
  private mutating func define(_ name: String, at place: Range<Int>) throws(TemplateError) {
    let (outer, outerDepth) = (variables, rangeDepth)
    variables = ["$"]
    rangeDepth = 0
    let (body, terminator) = try list()
    guard terminator == .end else { throw error("unexpected {{else}} in define clause", place) }
    variables = outer
    rangeDepth = outerDepth
    if let old = definitions[name], !Self.isBlank(old) {
      guard Self.isBlank(body) else {
        throw error("template \"\(name)\" is defined twice", place)
      }
      return
    }
    definitions[name] = body
  }

  private static func isBlank(_ nodes: [TemplateNode]) -> Bool {
    nodes.allSatisfy {
      if case .text(let text) = $0 { text.allSatisfy(\.isWhitespace) } else { false }
    }
  }

  private mutating func list() throws(TemplateError) -> ([TemplateNode], Terminator) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= TemplateLimits.nestingMax else {
      throw TemplateError(
        .limit, "more than \(TemplateLimits.nestingMax) nested actions", at: current.range)
    }
    var nodes: [TemplateNode] = []
    while peek().kind != .end {
      switch try textOrAction() {
      case .node(let node): nodes.append(node)
      case .terminator(let terminator): return (nodes, terminator)
      }
    }
    throw error("unexpected end of template, {{end}} is missing", current.range)
  }

  private enum Item {
    case node(TemplateNode)
    case terminator(Terminator)
  }

  private mutating func textOrAction() throws(TemplateError) -> Item {
    let token = next()
    switch token.kind {
    case .text: return .node(.text(token.text))
    case .leftDelimiter: return try action()
    default: throw unexpected(token, in: "input")
    }
  }

  private mutating func action() throws(TemplateError) -> Item {
    guard peek().kind == .keyword else {
      return .node(.action(try pipeline("command", end: .rightDelimiter)))
    }
    let token = next()
    switch token.text {
    case "if": return .node(try branch(isWith: false))
    case "with": return .node(try branch(isWith: true))
    case "range": return .node(try range())
    case "block": return .node(try block())
    case "template": return .node(try template(from: token.range))
    case "end":
      try expect(.rightDelimiter, in: "end")
      return .terminator(.end)
    case "else":
      // `{{else if` is read as `{{else}}{{if`, and both share one `{{end}}`.
      if !isKeyword("if") && !isKeyword("with") { try expect(.rightDelimiter, in: "else") }
      return .terminator(.otherwise)
    case "break", "continue":
      guard rangeDepth > 0 else {
        throw error("{{\(token.text)}} outside {{range}}", token.range)
      }
      try expect(.rightDelimiter, in: "{{\(token.text)}}")
      return .node(token.text == "break" ? .stop : .skip)
    default: throw unexpected(token, in: "command")
    }
  }

  // MARK: Control

  private mutating func branch(isWith: Bool) throws(TemplateError) -> TemplateNode {
    let outer = variables.count
    defer { variables.removeLast(variables.count - outer) }
    let context = isWith ? "with" : "if"
    let condition = try pipeline(context, end: .rightDelimiter)
    let (then, terminator) = try list()
    guard terminator == .otherwise else {
      return .branch(isWith: isWith, condition, then: then, otherwise: [])
    }
    if isKeyword(context) {
      index += 1
      depth += 1
      defer { depth -= 1 }
      guard depth <= TemplateLimits.nestingMax else {
        throw TemplateError(
          .limit, "more than \(TemplateLimits.nestingMax) nested actions", at: current.range)
      }
      return .branch(
        isWith: isWith, condition, then: then, otherwise: [try branch(isWith: isWith)])
    }
    return .branch(isWith: isWith, condition, then: then, otherwise: try otherwise())
  }

  private mutating func range() throws(TemplateError) -> TemplateNode {
    let outer = variables.count
    defer { variables.removeLast(variables.count - outer) }
    let items = try pipeline("range", end: .rightDelimiter)
    rangeDepth += 1
    let (body, terminator) = try list()
    rangeDepth -= 1
    return .range(items, body: body, otherwise: terminator == .end ? [] : try otherwise())
  }

  private mutating func otherwise() throws(TemplateError) -> [TemplateNode] {
    let (nodes, terminator) = try list()
    guard terminator == .end else {
      throw error("expected {{end}}, found {{else}}", tokens[index - 1].range)
    }
    return nodes
  }

  private mutating func block() throws(TemplateError) -> TemplateNode {
    let (name, place) = try templateName(in: "block clause")
    let data = try pipeline("block clause", end: .rightDelimiter)
    try define(name, at: place)
    return .template(name: name, data, place: place)
  }

  private mutating func template(from place: Range<Int>) throws(TemplateError) -> TemplateNode {
    let (name, namePlace) = try templateName(in: "template clause")
    var data: TemplatePipeline?
    if peek().kind == .rightDelimiter {
      index += 1
    } else {
      data = try pipeline("template clause", end: .rightDelimiter)
    }
    return .template(name: name, data, place: place.lowerBound..<namePlace.upperBound)
  }

  private mutating func templateName(
    in context: String
  ) throws(TemplateError) -> (String, Range<Int>) {
    let token = next()
    guard token.kind == .string || token.kind == .rawString else {
      throw unexpected(token, in: context)
    }
    return (try unquote(token), token.range)
  }

  // MARK: Pipelines

  private mutating func pipeline(
    _ context: String, end: TemplateToken.Kind
  ) throws(TemplateError) -> TemplatePipeline {
    let start = peek().range.lowerBound
    var pipeline = TemplatePipeline(place: start..<start)
    try declarations(&pipeline, context)
    while true {
      let token = peek()
      switch token.kind {
      case end:
        index += 1
        try check(pipeline, context, at: token)
        pipeline.place = start..<tokens[index - 2].range.upperBound
        return pipeline
      case .boolean, .characterConstant, .dot, .field, .identifier, .number, .null, .rawString,
        .string, .variable, .leftParenthesis:
        pipeline.commands.append(try command())
      default: throw unexpected(token, in: context)
      }
    }
  }

  /// `$x :=`, `$x =`, and in a range `$i, $x :=`.
  private mutating func declarations(
    _ pipeline: inout TemplatePipeline, _ context: String
  ) throws(TemplateError) {
    while peek().kind == .variable {
      let start = index
      let name = next()
      let separator = peek()
      switch separator.kind {
      case .assign, .declare:
        index += 1
        pipeline.isAssignment = separator.kind == .assign
        pipeline.variables.append(name.text)
        variables.append(name.text)
        return
      case .character where separator.text == ",":
        index += 1
        guard context == "range", pipeline.variables.isEmpty else {
          throw error("too many declarations in \(context)", separator.range)
        }
        pipeline.variables.append(name.text)
        variables.append(name.text)
        let following = peek()
        guard [.variable, .rightDelimiter, .rightParenthesis].contains(following.kind) else {
          throw error("range can only initialize variables", following.range)
        }
      default:
        index = start
        return
      }
    }
  }

  private func check(
    _ pipeline: TemplatePipeline, _ context: String, at token: TemplateToken
  ) throws(TemplateError) {
    guard !pipeline.commands.isEmpty else {
      throw error("missing value for \(context)", token.range)
    }
    for (stage, command) in pipeline.commands.enumerated().dropFirst() {
      switch command.operands.first?.kind {
      case .boolean, .dot, .null, .integer, .number, .string:
        throw error("non executable command in pipeline stage \(stage + 1)", command.place)
      default: break
      }
    }
  }

  private mutating func command() throws(TemplateError) -> TemplateCommand {
    let start = peek().range.lowerBound
    var command = TemplateCommand(place: start..<start)
    while true {
      skipSpace()
      if let operand = try operand() {
        command.operands.append(operand)
        command.place = start..<operand.place.upperBound
      }
      switch current.kind {
      case .space: continue
      case .rightDelimiter, .rightParenthesis: break
      case .pipe: index += 1
      default: throw unexpected(current, in: "operand")
      }
      break
    }
    guard !command.operands.isEmpty else { throw error("empty command", current.range) }
    return command
  }

  /// A term and the fields that follow it without a space; nil when no term stands here.
  private mutating func operand() throws(TemplateError) -> TemplateOperand? {
    guard var operand = try term() else { return nil }
    var fields: [String] = []
    let start = operand.place.lowerBound
    while current.kind == .field {
      fields.append(String(current.text.dropFirst()))
      operand.place = start..<current.range.upperBound
      index += 1
    }
    guard !fields.isEmpty else { return operand }
    switch operand.kind {
    case .field(let first): operand.kind = .field(first + fields)
    case .variable(let name, let first): operand.kind = .variable(name, fields: first + fields)
    case .function, .pipeline, .chain:
      operand.kind = .chain(operand, fields: fields)
    default: throw error("unexpected . after term", operand.place)
    }
    return operand
  }

  private mutating func term() throws(TemplateError) -> TemplateOperand? {
    let token = current
    let kind: TemplateOperand.Kind
    switch token.kind {
    case .identifier:
      guard TemplateFunction.named(token.text) != nil else {
        let near = suggestion(for: token.text, among: TemplateFunction.names)
        throw TemplateError(
          .unknownFunction,
          "unknown function \"\(token.text)\""
            + (near.map { "; did you mean \"\($0)\"?" } ?? ""), at: token.range)
      }
      kind = .function(token.text)
    case .dot: kind = .dot
    case .null: kind = .null
    case .variable:
      try requireDeclared(token)
      kind = .variable(token.text, fields: [])
    case .field: kind = .field([String(token.text.dropFirst())])
    case .boolean: kind = .boolean(token.text == "true")
    case .characterConstant, .number: kind = try number(token)
    case .string, .rawString: kind = .string(try unquote(token))
    case .leftParenthesis: return try parenthesized()
    default: return nil
    }
    index += 1
    return TemplateOperand(kind: kind, place: token.range)
  }

  private mutating func parenthesized() throws(TemplateError) -> TemplateOperand {
    depth += 1
    defer { depth -= 1 }
    let start = current.range.lowerBound
    guard depth <= TemplateLimits.nestingMax else {
      throw TemplateError(
        .limit, "more than \(TemplateLimits.nestingMax) nested parentheses", at: current.range)
    }
    index += 1
    let inner = try pipeline("parenthesized pipeline", end: .rightParenthesis)
    return TemplateOperand(
      kind: .pipeline(inner), place: start..<tokens[index - 1].range.upperBound)
  }

  private func requireDeclared(_ token: TemplateToken) throws(TemplateError) {
    guard !variables.contains(token.text) else { return }
    let near = suggestion(for: token.text, among: variables.sorted())
    throw TemplateError(
      .unknownVariable,
      "undefined variable \"\(token.text)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""),
      at: token.range)
  }

  private func number(_ token: TemplateToken) throws(TemplateError) -> TemplateOperand.Kind {
    if token.kind == .characterConstant {
      guard let text = goUnquote(token.text), text.unicodeScalars.count == 1,
        let scalar = text.unicodeScalars.first
      else { throw error("malformed character constant \(token.text)", token.range) }
      return .integer(Int64(scalar.value))
    }
    switch goNumber(token.text) {
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .overflow: throw error("integer \(token.text) overflows", token.range)
    case nil: throw error("bad number syntax \"\(token.text)\"", token.range)
    }
  }

  private func unquote(_ token: TemplateToken) throws(TemplateError) -> String {
    guard let text = goUnquote(token.text) else {
      throw error("invalid string \(token.text)", token.range)
    }
    return text
  }
}
