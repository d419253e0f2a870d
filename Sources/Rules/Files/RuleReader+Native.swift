import Model
import PromQL
import Yams

extension RuleReader {
  /// `threshold:` of an alert.
  mutating func threshold(_ node: Node) -> (kind: Rule.Kind, source: SourceText)? {
    let fields = yaml.fields(
      node, "a threshold", known: ["of", "above", "below", "clear", "exhausts"])
    let parsed = expression(fields["of"], missing: "field 'of' must be set in threshold", at: node)
    if let above = fields["above"], fields["below"] != nil {
      yaml.error("two-bounds", "only one of 'above' and 'below' must be set", at: above)
      return nil
    }
    if fields["above"] == nil, fields["below"] == nil, fields["exhausts"] == nil {
      yaml.error("no-bound", "one of 'above', 'below' and 'exhausts' must be set", at: node)
      return nil
    }
    let direction: ThresholdRule.Direction = fields["below"] == nil ? .above : .below
    let levels = levels(fields["above"] ?? fields["below"], direction)
    let clear = yaml.number(fields["clear"], "clear")
    if let clear, let node = fields["clear"] {
      let first = levels.first?.bound
      let isSound = first.map { direction == .above ? clear <= $0 : clear >= $0 } ?? false
      if !isSound {
        let wanted = first.map { "\(direction == .above ? "at most" : "at least") \($0)" }
        yaml.error(
          "bad-clear",
          "clear must be \(wanted ?? "used with 'above' or 'below'"), found \(clear)", at: node)
      }
    }
    guard let (expression, source) = parsed, isVector(expression, source) else { return nil }
    var rule = ThresholdRule(of: expression, direction: direction, levels: levels, clear: clear)
    rule.exhausts = exhaustion(fields["exhausts"])
    return (.threshold(rule), source)
  }

  /// True when there is a number at each tick to compare; else it is reported.
  private mutating func isVector(_ expression: Expression, _ source: SourceText) -> Bool {
    switch expression.type {
    case .instantVector, .scalar: return true
    case let type:
      yaml.report(
        source.diagnostic(
          .error, code: "type", "expected an instant vector or a scalar, found a \(type.rawValue)",
          at: expression.range))
      return false
    }
  }

  /// One number, or a mapping from severities to numbers; the mildest first.
  private mutating func levels(
    _ node: Node?, _ direction: ThresholdRule.Direction
  ) -> [ThresholdRule.Level] {
    guard let node else { return [] }
    guard case .mapping = node else {
      return yaml.number(node, direction.rawValue).map { [.init(severity: nil, bound: $0)] } ?? []
    }
    let names = Severity.allCases.map(\.rawValue)
    let fields = yaml.fields(node, "'\(direction.rawValue)'", known: names)
    var levels: [ThresholdRule.Level] = []
    for severity in Severity.allCases {
      guard let field = fields[severity.rawValue],
        let bound = yaml.number(field, severity.rawValue)
      else { continue }
      if let last = levels.last,
        direction == .above ? bound <= last.bound : bound >= last.bound
      {
        yaml.error(
          "levels-out-of-order",
          "\(severity.rawValue) must lie further \(direction.rawValue) than \(last.bound), found \(bound)",
          at: field)
      }
      levels.append(.init(severity: severity, bound: bound))
    }
    if levels.isEmpty, !yaml.hasErrors {
      yaml.error("no-bound", "'\(direction.rawValue)' has no level", at: node)
    }
    return levels
  }

  private mutating func exhaustion(_ node: Node?) -> ThresholdRule.Exhaustion? {
    guard let node else { return nil }
    let fields = yaml.fields(node, "'exhausts'", known: ["at", "within"])
    for key in ["at", "within"] where fields[key] == nil {
      yaml.error("missing-key", "field '\(key)' must be set in 'exhausts'", at: node)
    }
    guard let at = yaml.number(fields["at"], "at"),
      let within = yaml.duration(fields["within"], "within")
    else { return nil }
    if within == 0, let place = fields["within"] {
      yaml.error("bad-duration", "within must be longer than 0", at: place)
    }
    return ThresholdRule.Exhaustion(at: at, within: within)
  }

  /// `baseline:` of an alert.
  mutating func baseline(_ node: Node) -> (kind: Rule.Kind, source: SourceText)? {
    let fields = yaml.fields(
      node, "a baseline",
      known: ["of", "direction", "sensitivity", "season", "minimum", "learn"])
    let parsed = expression(fields["of"], missing: "field 'of' must be set in baseline", at: node)
    let direction = fields["direction"].flatMap {
      yaml.choice($0, "direction", among: BaselineRule.Direction.allCases.map { ($0.rawValue, $0) })
    }
    let sensitivity = yaml.integer(fields["sensitivity"], "sensitivity")
    if let sensitivity, !(1...5).contains(sensitivity), let place = fields["sensitivity"] {
      yaml.error("out-of-range", "sensitivity must be 1...5, found \(sensitivity)", at: place)
    }
    let minimum = yaml.number(fields["minimum"], "minimum")
    if let minimum, !(minimum >= 0 && minimum.isFinite), let place = fields["minimum"] {
      yaml.error("out-of-range", "minimum must be at least 0, found \(minimum)", at: place)
    }
    let season = season(fields["season"])
    let learn = yaml.duration(fields["learn"], "learn")
    guard let (expression, source) = parsed, isVector(expression, source) else { return nil }
    var rule = BaselineRule(of: expression)
    rule.direction = direction ?? .both
    rule.sensitivity = sensitivity ?? 3
    rule.minimum = minimum ?? 0
    rule.season = season
    rule.learn = learn
    return (.baseline(rule), source)
  }

  private mutating func season(_ node: Node?) -> BaselineRule.Season {
    guard let node, let text = yaml.text(node, "season") else { return .auto }
    switch text {
    case "auto", "": return .auto
    case "none": return .none
    case "daily": return .daily
    case "weekly": return .weekly
    default:
      if case .success(let length) = PrometheusDuration.parse(text), length > 0 {
        return .every(length)
      }
      let near = suggestion(for: text, among: ["auto", "none", "daily", "weekly"])
      yaml.error(
        "bad-season",
        "expected auto, none, daily, weekly or a duration for season, found \(quoted(text))"
          + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: node)
      return .auto
    }
  }
}
