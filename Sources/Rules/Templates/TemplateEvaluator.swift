import Model

/// Expands one template once.
///
/// Semantics of Go's text/template/exec.go with `missingkey=zero`: a missing label is "".
struct TemplateEvaluator {
  private let parsed: TemplateParser.Result
  let context: TemplateContext
  private var out = ""
  private var steps = 0
  private var callDepth = 0
  /// Name and value, innermost last.
  private var variables: [(name: String, value: TemplateValue)]

  /// How a list of nodes ended.
  private enum Flow {
    case on, stop, skip
  }

  init(_ parsed: TemplateParser.Result, _ context: TemplateContext) {
    self.parsed = parsed
    self.context = context
    let names =
      ["$"] + Template.Variables.threshold.names + ["$expected", "$lower", "$upper", "$score"]
    variables = names.map { ($0, context.variable($0)) }
  }

  /// The output of the whole template.
  mutating func run() throws(TemplateError) -> String {
    _ = try walk(parsed.root, dot: context.dot)
    return out
  }

  /// Counts one step of work at `place`.
  private mutating func step(_ place: Range<Int>) throws(TemplateError) {
    steps += 1
    guard steps <= TemplateLimits.stepsMax else {
      throw TemplateError(.limit, "more than \(TemplateLimits.stepsMax) steps", at: place)
    }
  }

  private mutating func write(_ text: String, at place: Range<Int>) throws(TemplateError) {
    guard out.utf8.count + text.utf8.count <= TemplateLimits.outputBytesMax else {
      throw TemplateError(
        .limit, "more than \(TemplateLimits.outputBytesMax) bytes of output", at: place)
    }
    out += text
  }

  // MARK: Nodes

  private mutating func walk(
    _ nodes: [TemplateNode], dot: TemplateValue
  ) throws(TemplateError) -> Flow {
    for node in nodes {
      switch node {
      case .text(let text): try write(text, at: 0..<0)
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot: dot)
        if pipeline.variables.isEmpty { try write(Self.printed(value), at: pipeline.place) }
      case .branch(let isWith, let pipeline, let then, let otherwise):
        let mark = variables.count
        let value = try evaluate(pipeline, dot: dot)
        let flow =
          value.isTrue
          ? try walk(then, dot: isWith ? value : dot) : try walk(otherwise, dot: dot)
        variables.removeLast(variables.count - mark)
        if flow != .on { return flow }
      case .range(let pipeline, let body, let otherwise):
        let flow = try range(pipeline, body: body, otherwise: otherwise, dot: dot)
        if flow != .on { return flow }
      case .template(let name, let pipeline, let place):
        try call(name, pipeline, at: place, dot: dot)
      case .stop: return .stop
      case .skip: return .skip
      }
    }
    return .on
  }

  private mutating func call(
    _ name: String, _ pipeline: TemplatePipeline?, at place: Range<Int>, dot: TemplateValue
  ) throws(TemplateError) {
    guard let body = parsed.definitions[name] else {
      throw TemplateError(.execution, "template \"\(name)\" not defined", at: place)
    }
    guard callDepth < TemplateLimits.callDepthMax else {
      throw TemplateError(
        .limit, "more than \(TemplateLimits.callDepthMax) templates inside each other", at: place)
    }
    let mark = variables.count
    let data = try pipeline.map { pipe throws(TemplateError) in try evaluate(pipe, dot: dot) }
    let outer = variables
    variables = [("$", data ?? .none)]
    callDepth += 1
    try step(place)
    _ = try walk(body, dot: data ?? .none)
    callDepth -= 1
    variables = Array(outer.prefix(mark)) + outer.dropFirst(mark)
  }

  private mutating func range(
    _ pipeline: TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode],
    dot: TemplateValue
  ) throws(TemplateError) -> Flow {
    let mark = variables.count
    defer { variables.removeLast(variables.count - mark) }
    let value = try evaluate(pipeline, dot: dot, setsVariables: false)
    let turns = try turns(over: value, at: pipeline.place)
    if turns.isEmpty { return try walk(otherwise, dot: dot) }
    if !pipeline.isAssignment { for name in pipeline.variables { variables.append((name, .none)) } }
    let body = body
    let inner = variables.count
    for turn in turns {
      try step(pipeline.place)
      let values = pipeline.variables.count == 2 ? [turn.key, turn.value] : [turn.value]
      for (offset, name) in pipeline.variables.enumerated() {
        if pipeline.isAssignment {
          try assign(name, values[offset], at: pipeline.place)
        } else {
          variables[mark + offset].value = values[offset]
        }
      }
      let flow = try walk(body, dot: turn.value)
      variables.removeLast(variables.count - inner)
      if flow == .stop { break }
    }
    return .on
  }

  /// The keys and values a `range` goes through.
  private func turns(
    over value: TemplateValue, at place: Range<Int>
  ) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
    switch value {
    case .none: []
    case .labels(let labels): labels.pairs.map { (.string($0.name), .string($0.value)) }
    case .map(let entries): entries.map { (.string($0.key), $0.value) }
    case .samples(let samples):
      samples.enumerated().map { (.integer(Int64($0.offset)), .sample($0.element)) }
    case .list(let elements):
      elements.enumerated().map { (.integer(Int64($0.offset)), $0.element) }
    case .integer(let count):
      (0..<max(0, min(count, Int64(TemplateLimits.stepsMax) + 1))).map {
        (.integer($0), .integer($0))
      }
    default:
      throw TemplateError(
        .execution, "range can't iterate over \(GoFormat.print([value]))", at: place)
    }
  }

  // MARK: Pipelines

  mutating func evaluate(
    _ pipeline: TemplatePipeline, dot: TemplateValue, setsVariables: Bool = true
  ) throws(TemplateError) -> TemplateValue {
    var value: TemplateValue?
    for command in pipeline.commands {
      try step(command.place)
      value = try evaluate(command, dot: dot, last: value)
    }
    let result = value ?? .none
    guard setsVariables else { return result }
    for name in pipeline.variables {
      if pipeline.isAssignment {
        try assign(name, result, at: pipeline.place)
      } else {
        variables.append((name, result))
      }
    }
    return result
  }

  private mutating func assign(
    _ name: String, _ value: TemplateValue, at place: Range<Int>
  ) throws(TemplateError) {
    guard let index = variables.lastIndex(where: { $0.name == name }) else {
      throw TemplateError(.execution, "undefined variable: \(name)", at: place)
    }
    variables[index].value = value
  }

  /// The value of a variable; the parser has seen that it is declared.
  func variable(_ name: String, at place: Range<Int>) throws(TemplateError) -> TemplateValue {
    guard let found = variables.last(where: { $0.name == name }) else {
      throw TemplateError(.execution, "undefined variable: \(name)", at: place)
    }
    return found.value
  }

  /// How an action's result is printed.
  static func printed(_ value: TemplateValue) -> String {
    GoFormat.print([printable(value)])
  }

  /// What stands for `value` where Go's templates write it: nothing says so, and pointers are
  /// followed once, to the sample instead of its address.
  static func printable(_ value: TemplateValue) -> TemplateValue {
    switch value {
    case .none: .string("<no value>")
    case .sample: .string(String(GoFormat.print([value]).dropFirst()))
    default: value
    }
  }
}
