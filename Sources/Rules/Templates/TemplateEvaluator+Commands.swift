import Model

extension TemplateEvaluator {
  /// The value of a command; `last` is the result of the command before it in the pipeline.
  mutating func evaluate(
    _ command: TemplateCommand, dot: TemplateValue, last: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    guard let first = command.operands.first else { return .none }
    let arguments = Arguments(operands: Array(command.operands.dropFirst()), last: last, dot: dot)
    switch first.kind {
    case .field(let path):
      return try follow(path, from: dot, at: first.place, arguments)
    case .variable(let name, let fields):
      let value = try variable(name, at: first.place)
      if fields.isEmpty {
        try refuse(arguments, to: first)
        return value
      }
      return try follow(fields, from: value, at: first.place, arguments)
    case .chain(let inner, let fields):
      let value = try evaluate(inner, dot: dot)
      return try follow(fields, from: value, at: first.place, arguments)
    case .function(let name):
      return try call(name, arguments, at: command.place)
    case .null:
      throw TemplateError(.execution, "nil is not a command", at: first.place)
    case .dot, .boolean, .integer, .number, .string, .pipeline:
      try refuse(arguments, to: first)
      return try evaluate(first, dot: dot)
    }
  }

  /// The arguments of a command, not yet evaluated.
  struct Arguments {
    var operands: [TemplateOperand]
    var last: TemplateValue?
    var dot: TemplateValue

    var count: Int { operands.count + (last == nil ? 0 : 1) }
  }

  /// The value of one operand.
  mutating func evaluate(
    _ operand: TemplateOperand, dot: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch operand.kind {
    case .dot: return dot
    case .null: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .string(let text): return .string(text)
    case .pipeline(let pipeline): return try evaluate(pipeline, dot: dot)
    case .field, .variable, .chain, .function:
      let command = TemplateCommand(operands: [operand], place: operand.place)
      return try evaluate(command, dot: dot, last: nil)
    }
  }

  private func refuse(_ arguments: Arguments, to operand: TemplateOperand) throws(TemplateError) {
    guard arguments.count == 0 else {
      throw TemplateError(
        .execution, "can't give argument to non-function", at: operand.place)
    }
  }

  // MARK: Fields

  /// Follows `path` through maps, structs and methods; the last name may be a method with arguments.
  private mutating func follow(
    _ path: [String], from start: TemplateValue, at place: Range<Int>, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    var value = start
    for (position, name) in path.enumerated() {
      let isLast = position == path.count - 1
      if let method = TemplateMethod.named(name, of: value) {
        let values = isLast ? try evaluateAll(arguments) : []
        value = try wrap(name, at: place) { () throws(TemplateFailure) in
          try method(values)
        }
        continue
      }
      if isLast, arguments.count > 0 {
        throw TemplateError(
          .execution, "\(name) has arguments but cannot be invoked as function", at: place)
      }
      // A missing entry of a map has no fields; where `.` itself is nothing, neither are its fields.
      if position > 0, case .none = value, start.isSomething {
        throw TemplateError(
          .execution, "nil pointer evaluating interface {}.\(name)", at: place)
      }
      value = try field(name, of: value, at: place)
    }
    return value
  }

  private func field(
    _ name: String, of value: TemplateValue, at place: Range<Int>
  ) throws(TemplateError) -> TemplateValue {
    switch value {
    case .none: return .none
    case .labels(let labels): return .string(labels[name] ?? "")
    case .map(let entries): return entries.first { $0.key == name }?.value ?? .none
    case .sample(let sample) where name == "Labels": return .labels(sample.labels)
    case .sample(let sample) where name == "Value": return .number(sample.value)
    case .data(let data):
      if let field = data.field(name) { return field }
    case .record(let fields):
      if let field = fields.first(where: { $0.key == name }) { return field.value }
    default: break
    }
    throw TemplateError(
      .execution, "can't evaluate field \(name) in type \(value.typeName)", at: place)
  }

  // MARK: Functions

  private mutating func evaluateAll(
    _ arguments: Arguments
  ) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for operand in arguments.operands {
      values.append(try evaluate(operand, dot: arguments.dot))
    }
    if let last = arguments.last { values.append(last) }
    return values
  }

  private mutating func call(
    _ name: String, _ arguments: Arguments, at place: Range<Int>
  ) throws(TemplateError) -> TemplateValue {
    guard let function = TemplateFunction.named(name) else {
      throw TemplateError(.unknownFunction, "unknown function \"\(name)\"", at: place)
    }
    let wanted = function.parameters.count
    let isEnough = function.isVariadic ? arguments.count >= wanted - 1 : arguments.count == wanted
    guard isEnough else {
      let least = function.isVariadic ? "at least \(wanted - 1)" : "\(wanted)"
      throw TemplateError(
        .execution, "wrong number of args for \(name): want \(least) got \(arguments.count)",
        at: place)
    }
    if name == "and" || name == "or" { return try shortCircuit(name, arguments) }
    let values = try evaluateAll(arguments)
    for (position, value) in values.enumerated() {
      let kind = function.parameters[min(position, wanted - 1)]
      guard kind.accepts(value) else {
        throw TemplateError(
          .execution,
          "wrong type for argument \(position + 1) of \(name); expected \(kind.rawValue); got "
            + value.typeName, at: place)
      }
    }
    let context = context
    return try wrap(name, at: place) { () throws(TemplateFailure) in
      try function.body(values, context)
    }
  }

  /// `and` and `or` evaluate no argument behind the one that decides.
  private mutating func shortCircuit(
    _ name: String, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    var value = TemplateValue.none
    for operand in arguments.operands {
      value = try evaluate(operand, dot: arguments.dot)
      if value.isTrue == (name == "or") { return value }
    }
    return arguments.last ?? value
  }

  private func wrap(
    _ name: String, at place: Range<Int>, _ body: () throws(TemplateFailure) -> TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    do throws(TemplateFailure) {
      return try body()
    } catch {
      throw TemplateError(.execution, "error calling \(name): \(error.message)", at: place)
    }
  }
}
