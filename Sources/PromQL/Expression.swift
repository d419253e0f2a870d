public import Model

/// A PromQL expression: what it does and where it stands in the text.
///
/// Trees are values; two expressions that print the same mean the same.
public struct Expression: Sendable {
  /// What the expression does.
  public indirect enum Kind: Sendable {
    /// `1.5`, `0x1f`, `1e3`, `NaN`, `5m` (seconds, in contexts that take a number).
    case number(Double)
    /// `"text"`
    case string(String)
    /// `up{job="api"} offset 5m`
    case vectorSelector(VectorSelector)
    /// `up{job="api"}[5m]`
    case matrixSelector(VectorSelector, range: DurationExpression)
    /// `expr[1h:1m]`
    case subquery(Subquery)
    /// `-expr`, `+expr`
    case unary(UnaryOperation, Expression)
    /// `a + on(x) group_left b`
    case binary(Binary)
    /// `sum by (job) (expr)`
    case aggregation(Aggregation)
    /// `rate(x[5m])`
    case call(Call)
    /// `(expr)`
    case parentheses(Expression)
  }

  /// What the expression does.
  public var kind: Kind
  /// UTF-8 offsets into the text that was parsed.
  public var range: Range<Int>

  /// An expression that stood at `range`.
  public init(_ kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }
}

/// The type of an expression's result.
public enum ValueType: String, Sendable {
  /// One number.
  case scalar
  /// A text.
  case string
  /// One sample for each series.
  case instantVector = "instant vector"
  /// A range of samples for each series.
  case rangeVector = "range vector"
}

/// A choice of series: `up{job="api"} @ end() offset 5m`.
public struct VectorSelector: Sendable {
  /// All of them must hold.
  ///
  /// A name before the braces is a matcher of `__name__` and comes first.
  public var matchers: [LabelMatcher]
  /// How the sample times are moved.
  public var timing: Timing
  /// How samples at the ends of a range are chosen (experimental).
  public var extent: Extent

  /// Extended range selectors.
  public enum Extent: String, Sendable {
    /// Only samples inside the range.
    case inside
    /// The range also has the last sample at or before its start (`anchored`).
    case anchored
    /// Values at both ends are interpolated (`smoothed`).
    case smoothed
  }

  /// A selector of the series that satisfy all `matchers`.
  public init(matchers: [LabelMatcher], timing: Timing = Timing(), extent: Extent = .inside) {
    self.matchers = matchers
    self.timing = timing
    self.extent = extent
  }

  /// The metric name that is asked for by equality; nil when the name is open.
  public var metricName: String? {
    matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value
  }
}

/// The `offset` and `@` modifiers of a selector or subquery.
public struct Timing: Sendable {
  /// What `@` fixes the time to.
  public enum Anchor: Sendable {
    /// `@ 1609746000.5`
    case at(Timestamp)
    /// `@ start()`
    case start
    /// `@ end()`
    case end
  }

  /// Moves the evaluation into the past when positive; nil when there is no `offset`.
  public var offset: DurationExpression?
  /// Fixes the evaluation time; nil when there is no `@`.
  public var anchor: Anchor?

  /// Timing with the given modifiers.
  public init(offset: DurationExpression? = nil, anchor: Anchor? = nil) {
    self.offset = offset
    self.anchor = anchor
  }
}

/// A length of time: a literal, or (experimental) arithmetic over literals, `step()` and `range()`.
public indirect enum DurationExpression: Sendable, Hashable {
  /// A length in milliseconds.
  case literal(Milliseconds)
  /// `step()`: the query's step; 0 in an instant query.
  case step
  /// `range()`: the query's end less its start.
  case range
  /// `-d`, `+d`
  case unary(UnaryOperation, DurationExpression)
  /// `a + b`, `a - b`, `a * b`, `a / b`, `a % b`, `a ^ b`; operands count in seconds.
  case binary(BinaryOperation, DurationExpression, DurationExpression)
  /// `min(a, b)`
  case min(DurationExpression, DurationExpression)
  /// `max(a, b)`
  case max(DurationExpression, DurationExpression)
}

/// A subquery, `expr[range:step] offset … @ …`.
public struct Subquery: Sendable {
  /// What is evaluated at each inner step.
  public var expression: Expression
  /// How far back the inner steps reach.
  public var range: DurationExpression
  /// Distance of the inner steps; nil takes the default of the engine.
  public var step: DurationExpression?
  /// How the subquery's time is moved.
  public var timing: Timing

  /// A subquery over `expression`.
  public init(
    expression: Expression, range: DurationExpression, step: DurationExpression?,
    timing: Timing = Timing()
  ) {
    self.expression = expression
    self.range = range
    self.step = step
    self.timing = timing
  }
}

/// A sign.
public enum UnaryOperation: String, Sendable {
  /// `+`
  case plus = "+"
  /// `-`
  case minus = "-"
}

/// An operator between two expressions.
public enum BinaryOperation: String, Sendable, CaseIterable {
  /// Addition.
  case add = "+"
  /// Subtraction.
  case subtract = "-"
  /// Multiplication.
  case multiply = "*"
  /// Division.
  case divide = "/"
  /// Remainder with the sign of the left operand.
  case modulo = "%"
  /// Power; binds to the right.
  case power = "^"
  /// Arc tangent of two vectors.
  case atan2 = "atan2"
  /// Equal.
  case equal = "=="
  /// Not equal.
  case notEqual = "!="
  /// Greater.
  case greater = ">"
  /// Less.
  case less = "<"
  /// Greater or equal.
  case greaterOrEqual = ">="
  /// Less or equal.
  case lessOrEqual = "<="
  /// Elements of both sides.
  case and
  /// Elements of either side.
  case or
  /// Elements of the left side alone.
  case unless
  /// Keeps a histogram's buckets up to a bound (`</`).
  case trimUpper = "</"
  /// Keeps a histogram's buckets from a bound on (`>/`).
  case trimLower = ">/"

  /// `and`, `or`, `unless`.
  public var isSet: Bool {
    switch self {
    case .and, .or, .unless: true
    default: false
    }
  }

  /// `==`, `!=`, `>`, `<`, `>=`, `<=`.
  public var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: true
    default: false
    }
  }
}

/// An operator with its operands and how their elements find each other.
public struct Binary: Sendable {
  /// The operator.
  public var operation: BinaryOperation
  /// Left operand.
  public var left: Expression
  /// Right operand.
  public var right: Expression
  /// True with `bool`: a comparison gives 0 or 1 instead of filtering.
  public var returnsBool: Bool
  /// How elements are matched; used when both operands are vectors.
  public var matching: Matching

  /// An operation on two operands.
  public init(
    operation: BinaryOperation, left: Expression, right: Expression, returnsBool: Bool = false,
    matching: Matching = Matching()
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    self.returnsBool = returnsBool
    self.matching = matching
  }
}

/// How the elements of two vectors find each other.
public struct Matching: Sendable, Hashable {
  /// Which side may have several elements for one of the other.
  public enum Cardinality: String, Sendable {
    /// One element matches one.
    case oneToOne
    /// `group_left`: several left elements match one on the right.
    case manyToOne
    /// `group_right`: several right elements match one on the left.
    case oneToMany
    /// Set operators.
    case manyToMany
  }

  /// Which side may have several elements.
  public var cardinality: Cardinality
  /// True with `on`: compare `labels` alone; false with `ignoring` or neither: all but `labels`.
  public var isOn: Bool
  /// The labels of `on` or `ignoring`.
  public var labels: [String]
  /// The labels that `group_left` or `group_right` takes over from the one-side.
  public var include: [String]
  /// `fill_left(x)` or `fill(x)`: stands in for a missing left element (experimental).
  public var fillLeft: Double?
  /// `fill_right(x)` or `fill(x)`: stands in for a missing right element (experimental).
  public var fillRight: Double?

  /// A way of matching.
  public init(
    cardinality: Cardinality = .oneToOne, isOn: Bool = false, labels: [String] = [],
    include: [String] = [], fillLeft: Double? = nil, fillRight: Double? = nil
  ) {
    self.cardinality = cardinality
    self.isOn = isOn
    self.labels = labels
    self.include = include
    self.fillLeft = fillLeft
    self.fillRight = fillRight
  }
}

/// What an aggregation does with the elements of a group.
public enum AggregationOperation: String, Sendable, CaseIterable {
  /// Sum.
  case sum
  /// Mean.
  case avg
  /// Number of elements.
  case count
  /// Smallest.
  case min
  /// Largest.
  case max
  /// 1 for each group.
  case group
  /// Population standard deviation.
  case stddev
  /// Population variance.
  case stdvar
  /// The k largest elements.
  case topk
  /// The k smallest elements.
  case bottomk
  /// Number of elements for each value.
  case countValues = "count_values"
  /// φ-quantile.
  case quantile
  /// k elements chosen by hash (experimental).
  case limitk
  /// A ratio of the elements chosen by hash (experimental).
  case limitRatio = "limit_ratio"

  /// True when the operator takes a parameter before its vector.
  public var takesParameter: Bool {
    switch self {
    case .topk, .bottomk, .countValues, .quantile, .limitk, .limitRatio: true
    default: false
    }
  }
}

/// An aggregation, `sum by (job) (expr)`.
public struct Aggregation: Sendable {
  /// What is done with the elements of a group.
  public var operation: AggregationOperation
  /// The vector.
  public var expression: Expression
  /// `k`, `φ`, a label name or a ratio; nil where the operator takes none.
  public var parameter: Expression?
  /// True with `without`: group by all labels but `labels`; false: by `labels` alone.
  public var isWithout: Bool
  /// The labels of `by` or `without`.
  public var labels: [String]

  /// An aggregation over `expression`.
  public init(
    operation: AggregationOperation, expression: Expression, parameter: Expression? = nil,
    isWithout: Bool = false, labels: [String] = []
  ) {
    self.operation = operation
    self.expression = expression
    self.parameter = parameter
    self.isWithout = isWithout
    self.labels = labels
  }
}

/// A call, `rate(x[5m])`.
public struct Call: Sendable {
  /// The function, with its types.
  public var function: Function
  /// Arguments as written; optional ones may be missing.
  public var arguments: [Expression]

  /// A call of `function`.
  public init(function: Function, arguments: [Expression]) {
    self.function = function
    self.arguments = arguments
  }
}

/// Name and types of a PromQL function; `Function.all` is the table of them.
public struct Function: Sendable {
  /// As in the text.
  public let name: String
  /// Types of the arguments; where `variadic` is not 0, the last one stands for all that follow it.
  public let arguments: [ValueType]
  /// How the number of arguments may vary.
  ///
  /// 0: exactly `arguments`. n > 0: in place of the last argument there may be none, or up to n.
  /// -1: in place of the last argument there may be none, or any number.
  public let variadic: Int
  /// Type of the result.
  public let result: ValueType
  /// True where Prometheus asks for `--enable-feature=promql-experimental-functions`.
  public let isExperimental: Bool

  /// A row of the table.
  public init(
    _ name: String, _ arguments: [ValueType], _ result: ValueType, variadic: Int = 0,
    isExperimental: Bool = false
  ) {
    self.name = name
    self.arguments = arguments
    self.variadic = variadic
    self.result = result
    self.isExperimental = isExperimental
  }
}
