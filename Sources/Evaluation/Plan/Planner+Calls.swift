import Model
import PromQL

extension Planner {
  /// The operator for a function call.
  func call(
    _ call: Call, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let name = call.function.name
    let arguments = call.arguments
    if let constant = try constant(name, arguments, range, context) { return constant }
    if let function = MapOperator.Function.named[name] {
      var inner = context
      if name.hasPrefix("histogram_") { inner.findsResets = !name.hasPrefix("histogram_std") }
      let operand =
        arguments.isEmpty
        ? TimeOperator(range: range) { Double($0) / 1000 } : try plan(arguments[0], inner)
      let parameters = try plan(arguments.dropFirst(), context)
      return MapOperator(operand, parameters: parameters, function, range: range)
    }
    if let function = RangeFunction.named[name] {
      return try rangeCall(function, arguments, range, context)
    }
    if let planned = try histogramCall(name, arguments, range, context) { return planned }
    return try vectorCall(name, arguments, range, context)
  }

  private func plan(
    _ expressions: some Sequence<Expression>, _ context: PlanContext
  ) throws(EvaluationError) -> [Operator] {
    var planned: [Operator] = []
    for expression in expressions { planned.append(try plan(expression, context)) }
    return planned
  }

  /// Functions that give a scalar.
  private func constant(
    _ name: String, _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator? {
    switch name {
    case "time": return TimeOperator(range: range) { Double($0) / 1000 }
    case "pi": return ConstantOperator(.pi, range: range)
    case "step": return ConstantOperator(Double(context.step) / 1000, range: range)
    case "start":
      guard let bounds = context.bounds else {
        return TimeOperator(range: range) { Double($0) / 1000 }
      }
      return ConstantOperator(Double(bounds.start) / 1000, range: range)
    case "end":
      guard let bounds = context.bounds else {
        return TimeOperator(range: range) { Double($0) / 1000 }
      }
      return ConstantOperator(Double(bounds.end) / 1000, range: range)
    case "range":
      let length = context.bounds.map { $0.end - $0.start } ?? 0
      return ConstantOperator(Double(length) / 1000, range: range)
    case "max_of", "min_of":
      let isMaximum = name == "max_of"
      let function = MapOperator.Function(float: { value, parameters in
        isMaximum
          ? MapOperator.Function.greater(value, parameters[0])
          : MapOperator.Function.lesser(value, parameters[0])
      })
      return MapOperator(
        try plan(arguments[0], context), parameters: [try plan(arguments[1], context)], function,
        range: range)
    case "scalar": return ScalarOperator(try plan(arguments[0], context), range: range)
    default: return nil
    }
  }

  /// Functions of a range vector; `quantile_over_time` has its scalar first, the others behind.
  private func rangeCall(
    _ function: RangeFunction, _ arguments: [Expression], _ range: Range<Int>,
    _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    guard let index = arguments.firstIndex(where: { $0.type == .rangeVector }) else {
      throw EvaluationError(
        code: "type", "expected a range vector in \(function.name)", range: range)
    }
    let operand = try operand(arguments[index], context)
    var scalars = arguments
    scalars.remove(at: index)
    let parameters = try plan(scalars, context)
    try Self.checkExtent(operand.extent, function.name, range)
    return window(function, operand, parameters: parameters, arguments[0].range)
  }

  /// Extended ranges go with the functions that are defined on them alone.
  private static func checkExtent(
    _ extent: RangeOperand.RangeExtent, _ name: String, _ range: Range<Int>
  ) throws(EvaluationError) {
    let (modifier, names): (String, [String])
    switch extent {
    case .inside: return
    case .anchored:
      (modifier, names) = ("anchored", ["changes", "delta", "increase", "rate", "resets"])
    case .smoothed: (modifier, names) = ("smoothed", ["delta", "increase", "rate"])
    }
    guard !names.contains(name) else { return }
    let list = names.joined(separator: ", ")
    throw EvaluationError(
      code: "bad-modifier",
      "\(modifier) modifier can only be used with: \(list) - not with \(name)",
      range: range)
  }

  /// Functions of a vector that look at labels, at the whole vector, or at sample times.
  private func vectorCall(
    _ name: String, _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    if name.hasPrefix("sort"), let bounds = context.bounds, bounds.start < bounds.end {
      context.run.annotate(
        Annotation(
          .warning,
          "sort is ineffective for range queries since results are always ordered by labels",
          range: range))
    }
    switch name {
    case "vector": return ForwardOperator(try plan(arguments[0], context), range: range)
    case "timestamp":
      if case .vectorSelector(let selector) = arguments[0].unwrapped.kind {
        return try self.selector(selector, .timestamp, range, context)
      }
      return TimestampOperator(try plan(arguments[0], context), range: range)
    case "absent":
      let labels = arguments[0].absentLabels
      return AbsentOperator(try plan(arguments[0], context), labels: labels, range: range)
    case "absent_over_time":
      let present = window(
        .namedPresence, try operand(arguments[0], context), parameters: [], range)
      return AbsentOperator(
        present, labels: arguments[0].absentLabels, range: range, ownsOperand: true)
    case "sort":
      return SortOperator(try plan(arguments[0], context), dropsHistograms: true, range: range) {
        _, a, _, b in
        SortOperator.ascends(a, b)
      }
    case "sort_desc":
      return SortOperator(try plan(arguments[0], context), dropsHistograms: true, range: range) {
        _, a, _, b in
        SortOperator.descends(a, b)
      }
    case "sort_by_label", "sort_by_label_desc":
      let names = arguments.dropFirst().compactMap(\.text)
      let isDescending = name == "sort_by_label_desc"
      return SortOperator(try plan(arguments[0], context), dropsHistograms: false, range: range) {
        a, _, b, _ in
        SortOperator.byLabels(names, isDescending, a, b)
      }
    case "start_timestamp":
      if case .vectorSelector(let selector) = arguments[0].unwrapped.kind {
        return try self.selector(selector, .startTimestamp, range, context)
      }
      return NothingOperator(range: range)
    case "info": return try info(arguments, range, context)
    case "label_replace": return try labelReplace(arguments, range, context)
    case "label_join": return try labelJoin(arguments, range, context)
    default:
      throw EvaluationError(
        code: "unsupported-function", "function \"\(name)\" is not evaluated", range: range)
    }
  }

  private func labelReplace(
    _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let texts = arguments.dropFirst().map { $0.text ?? "" }
    let (target, replacement, source, expression) = (texts[0], texts[1], texts[2], texts[3])
    let pattern: Pattern
    do throws(PatternError) {
      pattern = try Pattern(expression)
    } catch {
      throw EvaluationError(
        code: "bad-pattern", "invalid regular expression in label_replace(): \(expression)",
        range: range)
    }
    guard options.labelNames.isValidLabelName(target) else {
      throw EvaluationError(
        code: "bad-label", "invalid destination label name in label_replace(): \(target)",
        range: range)
    }
    let operand = try plan(arguments[0], context)
    return RelabelOperator(operand, range: range) { labels in
      guard let value = pattern.wholeMatch(in: labels[source] ?? "")?.expanding(replacement)
      else { return (labels, false) }
      var result = labels
      result[target] = value
      return (result, target == Labels.metricName)
    }
  }

  private func labelJoin(
    _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let texts = arguments.dropFirst().map { $0.text ?? "" }
    let (target, separator) = (texts[0], texts[1])
    let sources = texts.dropFirst(2)
    for name in [target] + sources where !options.labelNames.isValidLabelName(name) {
      throw EvaluationError(
        code: "bad-label",
        "invalid \(name == target ? "destination" : "source") label name in label_join(): \(name)",
        range: range)
    }
    let operand = try plan(arguments[0], context)
    return RelabelOperator(operand, range: range) { labels in
      var result = labels
      result[target] = sources.map { labels[$0] ?? "" }.joined(separator: separator)
      return (result, target == Labels.metricName)
    }
  }
}

extension RangeFunction {
  /// Every function of a range vector, by name.
  static let named = Dictionary(
    uniqueKeysWithValues: (floatFunctions + sampleFunctions).map { ($0.name, $0) })

  /// 1 for a series that has any sample.
  static let presence = RangeFunction(name: "present_over_time") { _, _ in .float(1) }

  /// What `absent_over_time` asks: as `presence`, but with the names.
  ///
  /// Only whether there is any series matters to it, so series that differ in nothing but their names
  /// must not collide.
  static let namedPresence = RangeFunction(name: "present_over_time", keepsName: true) { _, _ in
    .float(1)
  }
}

extension Expression {
  /// The expression without parentheses around it.
  var unwrapped: Expression {
    if case .parentheses(let inner) = kind { return inner.unwrapped }
    return self
  }

  /// The labels that `absent` can tell of the missing element: those a selector asks for by
  /// equality, each name once, the metric's name left out.
  var absentLabels: Labels {
    let matchers: [LabelMatcher]
    switch unwrapped.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      matchers = selector.matchers
    default: return .empty
    }
    var labels = Labels()
    var seen: Set<String> = []
    for matcher in matchers where matcher.name != Labels.metricName {
      let isFirst = seen.insert(matcher.name).inserted
      labels[matcher.name] = isFirst && matcher.operation == .equal ? matcher.value : nil
    }
    return labels
  }
}

extension SortOperator {
  /// Rising values, NaN last.
  static func ascends(_ a: Double, _ b: Double) -> Bool { a.isNaN ? false : b.isNaN || a < b }

  /// Falling values, NaN last.
  static func descends(_ a: Double, _ b: Double) -> Bool { a.isNaN ? false : b.isNaN || a > b }

  /// By the labels named, one after the other, numbers inside texts in their natural order.
  static func byLabels(
    _ names: [String], _ isDescending: Bool, _ a: Labels, _ b: Labels
  ) -> Bool {
    for name in names {
      let x = a[name] ?? ""
      let y = b[name] ?? ""
      guard x != y else { continue }
      return isDescending ? naturallyPrecedes(y, x) : naturallyPrecedes(x, y)
    }
    return isDescending ? b < a : a < b
  }

  /// Text order in which runs of digits compare as numbers: "web-9" before "web-10".
  static func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
    let x = Array(a.utf8)
    let y = Array(b.utf8)
    var i = 0
    var j = 0
    while i < x.count, j < y.count {
      let isNumber = isDigit(x[i]) && isDigit(y[j])
      let runX = isNumber ? x[i...].prefix(while: isDigit) : x[i...i]
      let runY = isNumber ? y[j...].prefix(while: isDigit) : y[j...j]
      let digitsX = isNumber ? runX.drop { $0 == UInt8(ascii: "0") } : runX
      let digitsY = isNumber ? runY.drop { $0 == UInt8(ascii: "0") } : runY
      if digitsX.count != digitsY.count { return digitsX.count < digitsY.count }
      if !digitsX.elementsEqual(digitsY) { return digitsX.lexicographicallyPrecedes(digitsY) }
      if runX.count != runY.count { return runX.count < runY.count }
      i += runX.count
      j += runY.count
    }
    return x.count - i < y.count - j
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
