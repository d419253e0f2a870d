import Model
public import PromQL

/// Turns expressions into operators; equal expressions of one scope become one operator.
final class Planner {
  let store: SeriesStore
  let options: EvaluationOptions
  /// False for single queries, whose remarks point at places in the text.
  private let shares: Bool
  private var operators: [String: Operator] = [:]
  private var sources: [String: SampleSource] = [:]
  /// How often the series of a metric name were written by rules planned so far: an expression that
  /// stands after a recording rule must not share work with one that stands before it.
  private var versions: [String: Int] = [:]
  private var writes = 0
  /// Which plans share operators or subqueries.
  private(set) var strands = Strands()

  init(store: SeriesStore, options: EvaluationOptions, shares: Bool) {
    self.store = store
    self.options = options
    self.shares = shares
  }

  /// Says that the rule planned last writes series called `name`.
  func noteWrite(_ name: String) {
    versions[name, default: 0] += 1
    writes += 1
  }

  /// Begins another plan: what is planned from now on is part of it.
  func beginPlan() {
    strands.begin()
  }

  /// The operator for an expression of type scalar or instant vector.
  func plan(_ expression: Expression, _ context: PlanContext) throws(EvaluationError) -> Operator {
    if case .parentheses(let inner) = expression.kind { return try plan(inner, context) }
    // A number is made faster than found, and ties no two plans together.
    guard shares, !expression.isNumber else { return try make(expression, context) }
    let key = key(expression, context)
    strands.claim(key)
    if let known = operators[key] { return known }
    let made = try make(expression, context)
    operators[key] = made
    return made
  }

  private func key(_ expression: Expression, _ context: PlanContext) -> String {
    var key = context.scope + (context.findsResets ? "!|" : "|") + expression.description
    guard writes > 0 else { return key }
    for selector in expression.selectors {
      key += "#\(selector.metricName.map { versions[$0] ?? 0 } ?? writes)"
    }
    return key
  }

  private func make(
    _ expression: Expression, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let range = expression.range
    switch expression.kind {
    case .number(let value): return ConstantOperator(value, range: range)
    case .vectorSelector(let selector):
      return try self.selector(selector, .value, range, context)
    case .unary(let sign, let operand):
      let planned = try plan(operand, context)
      if sign == .plus { return planned }
      return MapOperator(planned, parameters: [], .negation, range: range)
    case .binary(let binary): return try self.binary(binary, range, context)
    case .aggregation(let aggregation): return try self.aggregation(aggregation, range, context)
    case .call(let call): return try self.call(call, range, context)
    case .parentheses(let inner): return try plan(inner, context)
    case .string, .matrixSelector, .subquery:
      throw EvaluationError(
        code: "type", "expected a scalar or an instant vector, got \(expression.type.rawValue)",
        range: range)
    }
  }

  func selector(
    _ selector: VectorSelector, _ output: SelectorOperator.Output, _ range: Range<Int>,
    _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let time = try context.reference(selector.timing)
    if selector.extent == .smoothed {
      return try smoothedSelector(selector, time, range, context)
    }
    let source = try samples(selector, time, looksBack: options.lookback, context)
    return SelectorOperator(
      source, at: time, lookback: options.lookback, output: output, range: range)
  }

  /// The samples a selector chooses, kept long enough for every moment that may look at them.
  func samples(
    _ selector: VectorSelector, _ time: ReferenceTime, looksBack: Int64, _ context: PlanContext
  ) throws(EvaluationError) -> SelectedSamples {
    let isPinned = time.anchor != nil
    let reach = looksBack &+ max(0, time.offset) &+ context.reach
    // Rules follow their series and keep them; a query looks at what is there and leaves no trace.
    let selection =
      shares
      ? store.select(selector.matchers, retention: isPinned ? .max : reach)
      : store.choose(selector.matchers)
    return SelectedSamples(selection, in: store, findsResets: context.findsResets)
  }

  private func binary(
    _ binary: Binary, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let left = try plan(binary.left, context)
    let right = try plan(binary.right, context)
    switch (binary.left.type, binary.right.type) {
    case (.scalar, .scalar):
      guard !binary.operation.isTrim else {
        let sign = quoted(binary.operation.rawValue)
        throw EvaluationError(
          code: "scalar-operator", "operator \(sign) not allowed for Scalar operations",
          range: range)
      }
      return VectorScalarOperator(
        binary.operation, vector: left, scalar: right, isScalarLeft: false,
        returnsBool: binary.returnsBool, range: range)
    case (.scalar, _):
      return VectorScalarOperator(
        binary.operation, vector: right, scalar: left, isScalarLeft: true,
        returnsBool: binary.returnsBool, range: range)
    case (_, .scalar):
      return VectorScalarOperator(
        binary.operation, vector: left, scalar: right, isScalarLeft: false,
        returnsBool: binary.returnsBool, range: range)
    default:
      if binary.operation.isSet {
        return SetOperator(
          binary.operation, binary.matching, left: left, right: right, range: range)
      }
      return VectorVectorOperator(binary, left: left, right: right, range: range)
    }
  }

  private func aggregation(
    _ aggregation: Aggregation, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let whole = range
    let range = aggregation.expression.range
    let operand = try plan(aggregation.expression, context)
    switch aggregation.operation {
    case .countValues:
      let label = aggregation.parameter?.text ?? ""
      guard options.labelNames.isValidLabelName(label) else {
        throw EvaluationError(
          code: "bad-label", "invalid label name \(quoted(label))", range: whole)
      }
      return CountValuesOperator(aggregation, label: label, operand: operand, range: range)
    case .topk, .bottomk, .limitk, .limitRatio:
      let parameter = try parameter(aggregation, whole, context)
      return RankingOperator(aggregation, operand: operand, parameter: parameter, range: range)
    case .quantile:
      let parameter = try parameter(aggregation, whole, context)
      return AggregationOperator(aggregation, operand: operand, parameter: parameter, range: range)
    default:
      return AggregationOperator(aggregation, operand: operand, parameter: nil, range: range)
    }
  }

  private func parameter(
    _ aggregation: Aggregation, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    guard let parameter = aggregation.parameter else {
      throw EvaluationError(
        code: "type", "missing parameter of \(aggregation.operation.rawValue)", range: range)
    }
    return try plan(parameter, context)
  }

  /// A range vector: the samples of a selector or the results of a subquery.
  func operand(
    _ expression: Expression, _ context: PlanContext
  ) throws(EvaluationError) -> RangeOperand {
    switch expression.kind {
    case .parentheses(let inner): return try operand(inner, context)
    case .matrixSelector(let selector, let range):
      let length = try context.positive(range, expression.range)
      let time = try context.reference(selector.timing)
      let extent = RangeOperand.RangeExtent(selector.extent)
      let back = length &+ (extent == .inside ? 0 : options.lookback)
      let source = try samples(selector, time, looksBack: back, context)
      return RangeOperand(source: source, time: time, length: length, extent: extent)
    case .subquery(let subquery):
      return try self.subquery(subquery, expression, context)
    default:
      throw EvaluationError(
        code: "type", "expected a range vector, got \(expression.type.rawValue)",
        range: expression.range)
    }
  }

  private func subquery(
    _ subquery: Subquery, _ expression: Expression, _ context: PlanContext
  ) throws(EvaluationError) -> RangeOperand {
    let length = try context.positive(subquery.range, expression.range)
    var step = options.subqueryStep
    if let own = subquery.step { step = try context.positive(own, expression.range) }
    let time = try context.reference(subquery.timing)
    let key = key(expression, context)
    if shares { strands.claim(key) }
    if shares, let known = sources[key] {
      return RangeOperand(source: known, time: time, length: length)
    }
    var inner = context
    inner.scope += "[\(length):\(step):\(time.offset):\(time.anchor.map(String.init) ?? "")]"
    inner.findsResets = false
    inner.reach = time.anchor == nil ? context.reach &+ length &+ max(0, time.offset) : .max / 4
    inner.run = EvaluationRun(store: store, options: options, isOver: context.run.isOver)
    let planned = try plan(subquery.expression, inner)
    let source = SubquerySamples(planned, step: step, length: length, at: time, run: inner.run)
    if shares { sources[key] = source }
    return RangeOperand(source: source, time: time, length: length)
  }
}

extension RangeOperand.RangeExtent {
  init(_ extent: VectorSelector.Extent) {
    switch extent {
    case .inside: self = .inside
    case .anchored: self = .anchored
    case .smoothed: self = .smoothed
    }
  }
}

extension Expression {
  fileprivate var isNumber: Bool {
    if case .number = kind { true } else { false }
  }

  /// The text of a string literal; nil for every other expression.
  var text: String? {
    switch kind {
    case .string(let text): text
    case .parentheses(let inner): inner.text
    default: nil
    }
  }

  /// All selectors of the expression, in the order of the text.
  public var selectors: [VectorSelector] {
    switch kind {
    case .number, .string: []
    case .vectorSelector(let selector), .matrixSelector(let selector, _): [selector]
    case .subquery(let subquery): subquery.expression.selectors
    case .unary(_, let operand), .parentheses(let operand): operand.selectors
    case .binary(let binary): binary.left.selectors + binary.right.selectors
    case .aggregation(let aggregation):
      (aggregation.parameter?.selectors ?? []) + aggregation.expression.selectors
    case .call(let call): call.arguments.flatMap(\.selectors)
    }
  }
}

// MARK: Checkpoint

extension Planner {
  /// Writes the state of all shared work, each piece under its key.
  func encodeState(into writer: inout CheckpointWriter) {
    encode(sources, into: &writer) { source, inner in
      (source as? SubquerySamples)?.encodeState(into: &inner)
    }
    encode(operators, into: &writer) { $0.encodeState(into: &$1) }
  }

  private func encode<Piece>(
    _ pieces: [String: Piece], into writer: inout CheckpointWriter,
    _ body: (Piece, inout CheckpointWriter) -> Void
  ) {
    var coded: [(key: String, bytes: [UInt8])] = []
    for (key, piece) in pieces.sorted(by: { $0.key < $1.key }) {
      var inner = CheckpointWriter()
      body(piece, &inner)
      if !inner.bytes.isEmpty { coded.append((key, inner.bytes)) }
    }
    writer.write(count: coded.count)
    for (key, bytes) in coded {
      writer.write(key)
      writer.write(block: bytes)
    }
  }

  /// What `encodeState` would write now, to be written later; `snapshot` is of this moment.
  func captureState(_ snapshot: SeriesSnapshot) -> [EvaluationSnapshot.Table] {
    let subqueries = sources.sorted { $0.key < $1.key }.compactMap { key, source in
      (source as? SubquerySamples).map { subquery in
        (key: key, state: CapturedState { subquery.encodeState(into: &$0) })
      }
    }
    let nodes = operators.sorted { $0.key < $1.key }.map { key, node in
      (key: key, state: node.captureState(snapshot))
    }
    return [EvaluationSnapshot.Table(subqueries), EvaluationSnapshot.Table(nodes)]
  }

  /// Reads the state of the work that is planned here too; what nobody plans any more is passed over.
  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      let key = try reader.text()
      var inner = try reader.nested()
      guard let source = sources[key] as? SubquerySamples else { continue }
      try source.restoreState(from: &inner)
      try inner.finish()
    }
    for _ in 0..<(try reader.count()) {
      let key = try reader.text()
      var inner = try reader.nested()
      guard let known = operators[key] else { continue }
      try known.restoreState(from: &inner)
      try inner.finish()
    }
  }
}
