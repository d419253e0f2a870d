import Model

extension TemplateFunction {
  /// Go's own functions but the comparisons.
  ///
  /// Source: https://pkg.go.dev/text/template#hdr-Functions
  static let builtins: [TemplateFunction] = [
    // Evaluated by the evaluator itself, which stops at the argument that decides.
    TemplateFunction("and", [.any, .any], isVariadic: true) { values, _ in values.last ?? .none },
    TemplateFunction("or", [.any, .any], isVariadic: true) { values, _ in values.last ?? .none },
    TemplateFunction("not", [.any]) { values, _ in .boolean(!values[0].isTrue) },
    TemplateFunction("len", [.any]) { values, _ throws(TemplateFailure) in
      try length(of: values[0])
    },
    TemplateFunction("index", [.any, .any], isVariadic: true) {
      values, _ throws(TemplateFailure) in
      var value = values[0]
      if case .none = value { throw TemplateFailure("index of untyped nil") }
      for key in values.dropFirst() { value = try element(key, of: value) }
      return value
    },
    TemplateFunction("slice", [.any, .any], isVariadic: true) {
      values, _ throws(TemplateFailure) in
      try slice(values[0], Array(values.dropFirst()))
    },
    TemplateFunction("call", [.any, .any], isVariadic: true) {
      values, _ throws(TemplateFailure) in
      throw TemplateFailure("non-function of type \(values[0].typeName)")
    },
    TemplateFunction("print", [.any], isVariadic: true) { values, _ in
      .string(GoFormat.print(values))
    },
    TemplateFunction("println", [.any], isVariadic: true) { values, _ in
      .string(GoFormat.println(values))
    },
    TemplateFunction("printf", [.string, .any], isVariadic: true) { values, _ in
      .string(GoFormat.printf(values[0].text ?? "", Array(values.dropFirst())))
    },
    TemplateFunction("html", [.any], isVariadic: true) { values, _ in
      .string(escapedForHTML(joined(values)))
    },
    TemplateFunction("js", [.any], isVariadic: true) { values, _ in
      .string(escapedForJavaScript(joined(values)))
    },
    TemplateFunction("urlquery", [.any], isVariadic: true) { values, _ in
      .string(escapedForQuery(joined(values)))
    },
  ]

  private static func joined(_ values: [TemplateValue]) -> String {
    if values.count == 1, let text = values[0].text { return text }
    return GoFormat.print(values.map(TemplateEvaluator.printable))
  }

  private static func length(of value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    switch value {
    case .string(let text), .html(let text): .integer(Int64(text.utf8.count))
    case .labels(let labels): .integer(Int64(labels.pairs.count))
    case .map(let entries): .integer(Int64(entries.count))
    case .samples(let samples): .integer(Int64(samples.count))
    case .list(let elements): .integer(Int64(elements.count))
    case .none: throw TemplateFailure("len of untyped nil")
    default: throw TemplateFailure("len of type \(value.typeName)")
    }
  }

  private static func element(
    _ key: TemplateValue, of value: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    switch value {
    case .labels(let labels): return .string(labels[try mapKey(key)] ?? "")
    case .map(let entries):
      let name = try mapKey(key)
      return entries.first { $0.key == name }?.value ?? .none
    case .samples(let samples):
      return .sample(samples[try position(key, below: samples.count)])
    case .list(let elements): return elements[try position(key, below: elements.count)]
    case .string(let text), .html(let text):
      let bytes = Array(text.utf8)
      return .integer(Int64(bytes[try position(key, below: bytes.count)]))
    case .none: throw TemplateFailure("index of untyped nil")
    default: throw TemplateFailure("can't index item of type \(value.typeName)")
    }
  }

  private static func mapKey(_ key: TemplateValue) throws(TemplateFailure) -> String {
    guard case .string(let name) = key else {
      throw TemplateFailure("value has type \(key.typeName); should be string")
    }
    return name
  }

  private static func position(
    _ key: TemplateValue, below count: Int
  ) throws(TemplateFailure) -> Int {
    guard case .integer(let number) = key else {
      throw TemplateFailure("cannot index slice/array with type \(key.typeName)")
    }
    guard (0..<Int64(count)).contains(number) else {
      throw TemplateFailure("index out of range: \(number)")
    }
    return Int(number)
  }

  private static func slice(
    _ value: TemplateValue, _ bounds: [TemplateValue]
  ) throws(TemplateFailure) -> TemplateValue {
    let count: Int
    switch value {
    case .string(let text), .html(let text):
      guard bounds.count < 3 else { throw TemplateFailure("cannot 3-index slice a string") }
      count = text.utf8.count
    case .samples(let samples): count = samples.count
    case .list(let elements): count = elements.count
    case .none: throw TemplateFailure("slice of untyped nil")
    default: throw TemplateFailure("can't slice item of type \(value.typeName)")
    }
    guard bounds.count <= 3 else {
      throw TemplateFailure("too many slice indexes: \(bounds.count)")
    }
    var indexes: [Int] = []
    for bound in bounds { indexes.append(try position(bound, below: count + 1)) }
    let low = indexes.first ?? 0
    let high = indexes.count > 1 ? indexes[1] : count
    guard low <= high, indexes.count < 3 || high <= indexes[2] else {
      throw TemplateFailure("invalid slice index: \(low) > \(high)")
    }
    switch value {
    case .samples(let samples): return .samples(Array(samples[low..<high]))
    case .list(let elements): return .list(Array(elements[low..<high]))
    default:
      let bytes = Array((value.text ?? "").utf8)[low..<high]
      return .string(String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension TemplateFunction {
  /// Comparisons: numbers with numbers of one type, texts with texts.
  static let comparisons: [TemplateFunction] = [
    TemplateFunction("eq", [.any, .any], isVariadic: true) {
      values, _ throws(TemplateFailure) in
      guard values.count > 1 else { throw TemplateFailure("missing argument for comparison") }
      for other in values.dropFirst() where try areEqual(values[0], other) {
        return .boolean(true)
      }
      return .boolean(false)
    },
    TemplateFunction("ne", [.any, .any]) { values, _ throws(TemplateFailure) in
      .boolean(!(try areEqual(values[0], values[1])))
    },
    TemplateFunction("lt", [.any, .any]) { values, _ throws(TemplateFailure) in
      .boolean(try isLess(values[0], values[1]))
    },
    TemplateFunction("le", [.any, .any]) { values, _ throws(TemplateFailure) in
      .boolean(try isLessOrEqual(values[0], values[1]))
    },
    // Go defines these two by negation, which shows with NaN.
    TemplateFunction("gt", [.any, .any]) { values, _ throws(TemplateFailure) in
      .boolean(!(try isLessOrEqual(values[0], values[1])))
    },
    TemplateFunction("ge", [.any, .any]) { values, _ throws(TemplateFailure) in
      .boolean(!(try isLess(values[0], values[1])))
    },
  ]

  /// A value reduced to the kinds that can be compared.
  private enum Basic {
    case boolean(Bool), integer(Int64), number(Double), text(String)

    init?(_ value: TemplateValue) {
      switch value {
      case .boolean(let flag): self = .boolean(flag)
      case .integer(let number): self = .integer(number)
      case .month(let number), .weekday(let number): self = .integer(Int64(number))
      case .number(let number): self = .number(number)
      case .string(let text), .html(let text): self = .text(text)
      default: return nil
      }
    }
  }

  private static func areEqual(
    _ a: TemplateValue, _ b: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch (Basic(a), Basic(b)) {
    case (.boolean(let x)?, .boolean(let y)?): return x == y
    case (.integer(let x)?, .integer(let y)?): return x == y
    case (.number(let x)?, .number(let y)?): return x == y
    case (.text(let x)?, .text(let y)?): return x == y
    case (nil, nil):
      switch (a, b) {
      case (.none, .none): return true
      case (.none, _), (_, .none): return false
      case (.time, .time), (.sample, .sample), (.duration, .duration):
        // Pointers: equal when they are the same, and each call makes a new one.
        return false
      default:
        throw TemplateFailure("non-comparable types \(a.typeName) and \(b.typeName)")
      }
    default:
      if case .none = a { return false }
      if case .none = b { return false }
      throw TemplateFailure("incompatible types for comparison")
    }
  }

  private static func isLess(
    _ a: TemplateValue, _ b: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch (Basic(a), Basic(b)) {
    case (.integer(let x)?, .integer(let y)?): return x < y
    case (.number(let x)?, .number(let y)?): return x < y
    case (.text(let x)?, .text(let y)?): return x.utf8.lexicographicallyPrecedes(y.utf8)
    case (nil, _), (_, nil), (.boolean?, .boolean?):
      throw TemplateFailure("invalid type for comparison")
    default: throw TemplateFailure("incompatible types for comparison")
    }
  }

  private static func isLessOrEqual(
    _ a: TemplateValue, _ b: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    if try isLess(a, b) { return true }
    return try areEqual(a, b)
  }
}
