extension Function {
  /// Every function of PromQL, sorted by name.
  ///
  /// Names, types and experimental marks are those of Prometheus 3's `promql/parser/functions.go`.
  public static let all: [Function] =
    (mathematics + times + histograms + ranges + labels + queryTimes).sorted { $0.name < $1.name }

  /// The function called `name`, in this very case; nil when there is none.
  public static func named(_ name: String) -> Function? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  private static func ofVector(_ names: String) -> [Function] {
    names.split(separator: " ").map { Function(String($0), [.instantVector], .instantVector) }
  }

  private static func ofRange(_ names: String, isExperimental: Bool = false) -> [Function] {
    names.split(separator: " ").map {
      Function(String($0), [.rangeVector], .instantVector, isExperimental: isExperimental)
    }
  }

  private static let mathematics =
    ofVector("abs ceil exp floor ln log2 log10 sgn sqrt deg rad")
    + ofVector("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh")
    + ofVector("absent sort sort_desc")
    + [
      Function("clamp", [.instantVector, .scalar, .scalar], .instantVector),
      Function("clamp_max", [.instantVector, .scalar], .instantVector),
      Function("clamp_min", [.instantVector, .scalar], .instantVector),
      Function("max_of", [.scalar, .scalar], .scalar, isExperimental: true),
      Function("min_of", [.scalar, .scalar], .scalar, isExperimental: true),
      Function("pi", [], .scalar),
      Function("round", [.instantVector, .scalar], .instantVector, variadic: 1),
      Function("scalar", [.instantVector], .scalar),
      Function("vector", [.scalar], .instantVector),
    ]

  private static let times =
    "days_in_month day_of_month day_of_week day_of_year hour minute month year"
    .split(separator: " ").map {
      Function(String($0), [.instantVector], .instantVector, variadic: 1)
    } + [
      Function("start_timestamp", [.instantVector], .instantVector, isExperimental: true),
      Function("time", [], .scalar),
      Function("timestamp", [.instantVector], .instantVector),
    ]

  private static let histograms =
    ofVector(
      "histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum")
    + [
      Function("histogram_fraction", [.scalar, .scalar, .instantVector], .instantVector),
      Function("histogram_quantile", [.scalar, .instantVector], .instantVector),
      Function(
        "histogram_quantiles", [.instantVector, .string, .scalar, .scalar], .instantVector,
        variadic: 9, isExperimental: true),
    ]

  private static let ranges =
    ofRange("changes delta deriv idelta increase irate rate resets")
    + ofRange("absent_over_time avg_over_time count_over_time last_over_time max_over_time")
    + ofRange("min_over_time present_over_time stddev_over_time stdvar_over_time sum_over_time")
    + ofRange("first_over_time mad_over_time", isExperimental: true)
    + ofRange("ts_of_first_over_time ts_of_last_over_time", isExperimental: true)
    + ofRange("ts_of_max_over_time ts_of_min_over_time", isExperimental: true)
    + [
      Function(
        "double_exponential_smoothing", [.rangeVector, .scalar, .scalar], .instantVector,
        isExperimental: true),
      Function("predict_linear", [.rangeVector, .scalar], .instantVector),
      Function("quantile_over_time", [.scalar, .rangeVector], .instantVector),
    ]

  private static let labels = [
    Function(
      "info", [.instantVector, .instantVector], .instantVector, variadic: 1, isExperimental: true),
    Function(
      "label_join", [.instantVector, .string, .string, .string], .instantVector, variadic: -1),
    Function(
      "label_replace", [.instantVector, .string, .string, .string, .string], .instantVector),
    Function(
      "sort_by_label", [.instantVector, .string], .instantVector, variadic: -1,
      isExperimental: true),
    Function(
      "sort_by_label_desc", [.instantVector, .string], .instantVector, variadic: -1,
      isExperimental: true),
  ]

  private static let queryTimes = ["start", "end", "range", "step"].map {
    Function($0, [], .scalar, isExperimental: true)
  }

  /// The fewest arguments a call may have.
  public var argumentCountMin: Int { variadic == 0 ? arguments.count : arguments.count - 1 }

  /// The most arguments a call may have; nil when there may be any number.
  public var argumentCountMax: Int? {
    variadic < 0 ? nil : argumentCountMin + variadic
  }

  /// The type of the argument at `index`; the last one declared stands for all that follow it.
  public func argumentType(at index: Int) -> ValueType? {
    index < arguments.count ? arguments[index] : variadic == 0 ? nil : arguments.last
  }
}
