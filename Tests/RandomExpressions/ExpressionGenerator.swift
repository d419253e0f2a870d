import Model
public import PromQL
import Statistics

/// Makes random well-typed trees, the same ones for the same seed.
///
///     var generator = ExpressionGenerator(seed: 1)
///     let expression = generator.expression(.instantVector, depth: 4)
///
/// A tree is one that the parser could have built: parentheses stand where its notation needs them,
/// numbers have swallowed their signs, set operators match many to many. Names, labels and values
/// come from the small vocabularies below, so that selectors of one tree meet the same series.
public struct ExpressionGenerator {
  /// Names of metrics to select.
  public var metrics = ["up", "http_requests_total", "job:up:sum", "latency_seconds_bucket"]
  /// Names of labels to match and group by.
  public var labels = ["job", "instance", "le", "code"]
  /// Values, and patterns of values, to match.
  public var values = ["api", "db", "", "5..", "a|b", ".*", ".+"]
  /// Names that need quotes, and texts with escapes.
  public var usesOddNames = true
  /// What the parser is to accept: no tree holds anything beyond it.
  public var options = ParserOptions.experimental
  private var random: SplitMix64

  /// The trees of `seed`, from the first on.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func chance(_ oneIn: Int) -> Bool {
    Int.random(in: 0..<oneIn, using: &random) == 0
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item {
    items[Int.random(in: 0..<items.count, using: &random)]
  }

  /// A tree of `type` with at most about `depth` levels.
  public mutating func expression(_ type: ValueType, depth: Int) -> Expression {
    switch type {
    case .scalar: scalar(depth)
    case .string: node(.string(text()))
    case .instantVector: vector(depth)
    case .rangeVector: range(depth)
    }
  }

  private func node(_ kind: Expression.Kind) -> Expression { Expression(kind, range: 0..<0) }

  private mutating func text() -> String {
    usesOddNames && chance(4)
      ? pick(["", "a\"b", "\\d+", "\n\t", "é\u{0}", "$1-${x}"]) : pick(values)
  }

  private mutating func number() -> Double {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: pick([0, -0.0, 1, -1, .infinity, -.infinity, .nan])
    case 1: pick([.leastNonzeroMagnitude, .greatestFiniteMagnitude])
    case 2: Double(Int.random(in: -1000...1000, using: &random)) / 8
    case 3: Double(bitPattern: random.next()).magnitude
    default: Double(Int.random(in: 0...10, using: &random))
    }
  }

  private mutating func scalar(_ depth: Int) -> Expression {
    guard depth > 0, !chance(3) else { return node(.number(number())) }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return node(.parentheses(scalar(depth - 1)))
    case 1: return sign(scalar(depth - 1))
    case 2: return call(of: .scalar, depth)
    default:
      let operation = pick(BinaryOperation.allCases.filter { !$0.isSet })
      return join(
        operation, scalar(depth - 1), scalar(depth - 1), returnsBool: operation.isComparison)
    }
  }

  private mutating func vector(_ depth: Int) -> Expression {
    guard depth > 0, !chance(4) else { return node(.vectorSelector(selector())) }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return node(.parentheses(vector(depth - 1)))
    case 1: return sign(vector(depth - 1))
    case 2, 3: return aggregation(depth)
    case 4, 5: return call(of: .instantVector, depth)
    default: return binary(depth)
    }
  }

  private mutating func range(_ depth: Int) -> Expression {
    guard depth > 0, chance(2) else {
      return node(.matrixSelector(selector(), range: duration(isPositive: true)))
    }
    let inner = vector(depth - 1)
    let subquery = Subquery(
      expression: inner.isOperation ? node(.parentheses(inner)) : inner,
      range: duration(isPositive: true), step: chance(2) ? nil : duration(isPositive: true),
      timing: timing())
    return node(.subquery(subquery))
  }

  private mutating func sign(_ operand: Expression) -> Expression {
    if case .number(let value) = operand.kind { return node(.number(-value)) }
    let grouped = operand.isGroupedUnderSign ? node(.parentheses(operand)) : operand
    return node(.unary(pick([.plus, .minus]), grouped))
  }

  /// An operation whose operands are in parentheses where its notation needs them.
  private func join(
    _ operation: BinaryOperation, _ left: Expression, _ right: Expression,
    returnsBool: Bool = false,
    matching: Matching = Matching()
  ) -> Expression {
    var binary = Binary(
      operation: operation, left: left, right: right, returnsBool: returnsBool, matching: matching)
    if binary.isLeftGrouped { binary.left = node(.parentheses(left)) }
    if binary.isRightGrouped { binary.right = node(.parentheses(right)) }
    return node(.binary(binary))
  }

  private mutating func binary(_ depth: Int) -> Expression {
    let operation = pick(BinaryOperation.allCases)
    let returnsBool = operation.isComparison && chance(3)
    if !operation.isSet, chance(3) {
      let isLeft = chance(2)
      let (vector, scalar) = (vector(depth - 1), scalar(depth - 1))
      return join(
        operation, isLeft ? vector : scalar, isLeft ? scalar : vector, returnsBool: returnsBool)
    }
    var matching = Matching(cardinality: operation.isSet ? .manyToMany : .oneToOne)
    if chance(2) {
      matching.isOn = chance(2)
      matching.labels = names()
      if !operation.isSet, chance(2) {
        matching.cardinality = pick([.manyToOne, .oneToMany])
        matching.include = names().filter { !matching.isOn || !matching.labels.contains($0) }
      }
    }
    if options.fillModifiers, !operation.isSet, chance(5) {
      matching.fillLeft = chance(2) ? nil : number()
      matching.fillRight = chance(2) ? nil : number()
    }
    return join(
      operation, vector(depth - 1), vector(depth - 1), returnsBool: returnsBool, matching: matching)
  }

  private mutating func names() -> [String] {
    var names = labels.filter { _ in chance(3) }
    if usesOddNames, chance(6) { names.append(pick(["on", "my.label", "inf", "a:b", "é"])) }
    return names
  }

  private mutating func aggregation(_ depth: Int) -> Expression {
    let operation = pick(
      AggregationOperation.allCases.filter { options.experimentalFunctions || !$0.isExperimental })
    var aggregation = Aggregation(operation: operation, expression: vector(depth - 1))
    if operation == .countValues {
      aggregation.parameter = node(.string(pick(labels)))
    } else if operation.takesParameter {
      aggregation.parameter = scalar(depth - 1)
    }
    if chance(2) {
      aggregation.labels = names()
      aggregation.isWithout = chance(2)
    }
    return node(.aggregation(aggregation))
  }

  private mutating func call(of type: ValueType, _ depth: Int) -> Expression {
    let function = pick(
      Function.all.filter {
        $0.result == type && (options.experimentalFunctions || !$0.isExperimental)
      })
    let most = min(function.argumentCountMax ?? 5, 5)
    let count = Int.random(
      in: function.argumentCountMin...max(function.argumentCountMin, most), using: &random)
    var arguments: [Expression] = []
    for index in 0..<count {
      let type = function.argumentType(at: index) ?? .scalar
      arguments.append(
        function.name == "info" && index == 1 ? infoSelector() : expression(type, depth: depth - 1))
    }
    if options.extendedRangeSelectors, ["delta", "increase", "rate"].contains(function.name),
      chance(4), case .matrixSelector(var selector, let range) = arguments[0].kind
    {
      selector.extent = pick([.anchored, .smoothed])
      arguments[0] = node(.matrixSelector(selector, range: range))
    }
    return node(.call(Call(function: function, arguments: arguments)))
  }

  private mutating func infoSelector() -> Expression {
    node(.vectorSelector(VectorSelector(matchers: chance(2) ? [] : [matcher(pick(labels))])))
  }

  private mutating func matcher(_ name: String) -> LabelMatcher {
    let operation = pick(LabelMatcher.Operation.allCases)
    let value = text()
    return (try? LabelMatcher(name, operation, value)) ?? LabelMatcher(name, equals: value)
  }

  /// A selector that the parser accepts: some matcher of it does not match the empty text.
  public mutating func selector() -> VectorSelector {
    var selector = VectorSelector(matchers: [], timing: timing())
    for label in labels where chance(4) { selector.matchers.append(matcher(label)) }
    if usesOddNames, chance(8) { selector.matchers.append(matcher("my.label")) }
    let needsName = selector.matchers.allSatisfy { $0.matches("") }
    if needsName || !chance(4) {
      let name =
        usesOddNames && chance(8) ? pick(["my.metric", "on", "sum", "é", "1"]) : pick(metrics)
      selector.matchers.insert(LabelMatcher(Labels.metricName, equals: name), at: 0)
    }
    return selector
  }

  private mutating func timing() -> Timing {
    var timing = Timing()
    if chance(4) { timing.offset = duration(isPositive: false) }
    if timing.offset == .literal(0) { timing.offset = nil }
    if chance(6) {
      let time = Timestamp(milliseconds: Int64.random(in: -1_000_000...1_000_000, using: &random))
      timing.anchor = pick([.at(time), .start, .end])
    }
    return timing
  }

  private mutating func duration(isPositive: Bool) -> DurationExpression {
    guard options.durationExpressions, chance(5) else {
      let seconds: Milliseconds = pick([1, 15, 60, 300, 3600, 86_400, 90_061])
      let length = seconds * 1000 + (chance(8) ? 7 : 0)
      return .literal(isPositive || chance(2) ? length : -length)
    }
    let duration = arithmetic(3)
    if isPositive, case .literal(let length) = duration { return .literal(abs(length)) }
    return duration
  }

  private mutating func arithmetic(_ depth: Int) -> DurationExpression {
    guard depth > 0, !chance(3) else {
      return pick([.literal(Int64.random(in: 1...100_000, using: &random)), .step, .range])
    }
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      let operand = arithmetic(depth - 1)
      if case .literal(let length) = operand { return .literal(-length) }
      return .unary(.minus, operand)
    case 1: return .min(arithmetic(depth - 1), arithmetic(depth - 1))
    case 2: return .max(arithmetic(depth - 1), arithmetic(depth - 1))
    default:
      let operation = pick(BinaryOperation.allCases.filter(\.isDurationArithmetic))
      return .binary(operation, arithmetic(depth - 1), arithmetic(depth - 1))
    }
  }
}
